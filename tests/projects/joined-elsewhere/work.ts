/** Work that may fail, as every file of this project uses it. */
export declare function deliver(message: string): Promise<void>;
export declare function poll(): Promise<readonly string[]>;
export declare function sleep(ms: number, signal?: AbortSignal): Promise<void>;
