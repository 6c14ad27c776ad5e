export declare function typed(): Promise<void>;
