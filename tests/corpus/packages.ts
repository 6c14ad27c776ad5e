/** Which packages make up the corpus, and how each one's published sources are compiled. */
import type ts from "typescript";

/** One package of the corpus; its version is pinned in `package.json` beside this file. */
export interface CorpusPackage {
  readonly name: string;
  /** What its asynchronous code does: the reason why it is here. */
  readonly kind: string;
  /** Sources that cannot be compiled outside their own repository, relative to `src`. */
  readonly without?: readonly RegExp[];
  /** What the package's own tsconfig says differently, and where its build puts what the sources import. Paths are relative to the package. */
  readonly options?: ts.CompilerOptions;
}

/** Sorted by name. Servers, clients, peer-to-peer nodes, browsers and libraries without any i/o, so that no style of code dominates. */
export const corpusPackages: readonly CorpusPackage[] = [
  { name: "@apollo/server", kind: "GraphQL server: plugins, drain, background reporting" },
  { name: "@electric-sql/client", kind: "sync client: long polling, retries", without: [/^react-native/u] },
  { name: "@fluidframework/container-loader", kind: "document container: loading, reconnects, queues" },
  { name: "@grpc/grpc-js", kind: "RPC over HTTP/2, written with callbacks" },
  { name: "@helia/bitswap", kind: "block exchange: want lists, network sessions" },
  { name: "@hocuspocus/server", kind: "collaboration server: connections, debounced stores" },
  { name: "@libp2p/circuit-relay-v2", kind: "relay: reservations, refresh timers" },
  { name: "@libp2p/kad-dht", kind: "distributed hash table: queries, refresh loops" },
  { name: "@libp2p/tcp", kind: "transport: listeners and sockets" },
  { name: "@libp2p/webrtc", kind: "transport: signalling, data channels, STUN" },
  { name: "@matter/protocol", kind: "smart home protocol: sessions, exchanges, disposables everywhere", without: [/Mocks\.ts$/u] },
  { name: "@microsoft/signalr", kind: "hub client: transports, keep-alive, reconnects" },
  { name: "@puppeteer/browsers", kind: "downloads, child processes", options: { useUnknownInCatchVariables: false } },
  { name: "@supabase/auth-js", kind: "session client: locks, refresh ticks" },
  { name: "@supabase/realtime-js", kind: "websocket client: channels, heartbeats" },
  { name: "@tanstack/query-core", kind: "cache: shared fetches, retries, observers" },
  { name: "@temporalio/client", kind: "workflow client over gRPC" },
  { name: "@trpc/server", kind: "request handlers, streams, async iterables", without: [/^adapters\/next/u, /^adapters\/fastify/u] },
  { name: "@tus/server", kind: "resumable uploads: streams, locks", options: { useUnknownInCatchVariables: false } },
  { name: "libp2p", kind: "node: connection manager, dial queue, start and stop", without: [/\.react-native\.ts$/u] },
  { name: "livekit-client", kind: "media rooms in the browser: signalling, reconnects, tracks" },
  { name: "msw", kind: "request interception, service worker messages", options: { paths: { "#core": ["./src/core/index.ts"], "#core/*": ["./src/core/*"] } } },
  { name: "puppeteer-core", kind: "browser automation: protocol sessions, event handlers", options: { useUnknownInCatchVariables: false, rootDirs: [".", "./lib/esm"] } },
  { name: "rxjs", kind: "push streams: hardly a promise, so hardly a finding" },
];
