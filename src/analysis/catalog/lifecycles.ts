/** Data: methods by which objects and frameworks end the life of an object, and functions that take over what they are given. */

/** Methods that end their object, by convention or because a framework calls them. */
const endOfLife: ReadonlySet<string> = new Set([
  "close", "closeAsync", "dispose", "disposeAsync", "destroy", "end", "stop", "shutdown", "disconnect", "terminate", "release", "teardown", "tearDown", "cleanup", "unload", "deactivate", "unsubscribe", "kill", "quit", "reset", "abort", "cancel",
  // Custom elements, React, Angular, Nest, Vue, Obsidian, Ember, Phaser.
  "disconnectedCallback", "componentWillUnmount", "ngOnDestroy", "onModuleDestroy", "beforeApplicationShutdown", "onApplicationShutdown", "unmounted", "beforeUnmount", "onunload", "willDestroy", "onDestroy", "onRemove", "onDispose",
]);

/** Whether a method of this name ends its object, private or not: `close`, `#close`, `_close`. */
export function endsItsObject(method: string): boolean {
  return endOfLife.has(method.replace(/^#?_?/u, ""));
}

/** Functions that keep what they are given and give it back later: `this._register(new Watcher())`. */
export const registrars: readonly string[] = ["_register", "register", "own", "use", "adopt", "track", "add", "addDisposable", "manage"];

/** First words of methods that run again and again in the life of an object. */
export const renewals = /^#?_?(?:re(?:connect|create|fresh|init|load|new|open|set|start|subscribe|try)|rotate|switch|replace|renew|update)/iu;
