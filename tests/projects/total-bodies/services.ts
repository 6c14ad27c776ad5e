import type { EventEmitter } from "node:events";

export declare function load(id: string): Promise<{ readonly name: string }>;
export declare function save(id: string, name: string): Promise<void>;
export declare const bus: EventEmitter;
