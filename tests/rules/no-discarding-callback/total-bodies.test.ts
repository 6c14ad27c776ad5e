/** What may stand before the `try` of a callback that nothing leaves. */
import rule from "../../../rules/no-discarding-callback.ts";
import { testCases } from "../cases.ts";

testCases(rule, "total bodies", {
  "property access before the try may fail": 'declare const em: import("node:events").EventEmitter; em.on("x", async (m: { a?: { b: string } }) => { const t = JSON.parse(m.a!.b) as string; try { await work(t); } catch { log(); } }); // ✗ voidSlot',
  "own total function before the try": 'declare const em: import("node:events").EventEmitter; function add(a: number) { return a + 1; } em.on("x", async (n: number) => { const m = add(n); try { await work(m); } catch { log(); } });',
  "own throwing function before the try": 'declare const em: import("node:events").EventEmitter; function check(a: number) { if (a < 0) throw new Error(); return a; } em.on("x", async (n: number) => { const m = check(n); try { await work(m); } catch { log(); } }); // ✗ voidSlot',
  "timers and sets before the try": 'declare const em: import("node:events").EventEmitter; const busy = new Set<string>(); em.on("x", async (s: string) => { if (busy.has(s)) return; busy.add(s); const t = setTimeout(() => {}, 1); try { await work(s); } catch { log(); } finally { busy.delete(s); clearTimeout(t); } });',
  "event methods before the try": 'document.body.addEventListener("click", async (e) => { e.preventDefault(); e.stopPropagation(); try { await work(e); } catch { log(); } });',
  "handled fetch before the try": 'declare const em: import("node:events").EventEmitter; em.on("x", async () => { const r = await fetch("x").catch(() => undefined); if (!r) return; try { await r.json(); } catch { log(); } });',
  "new before the try": 'declare const em: import("node:events").EventEmitter; em.on("x", async (s: string) => { const u = new Map([[s, 1]]); try { await work(u); } catch { log(); } });',
  "new that may throw before the try": 'declare const em: import("node:events").EventEmitter; em.on("x", async (s: string) => { const u = new URL(s); try { await work(u); } catch { log(); } }); // ✗ voidSlot',
  "a promise that was there before": "class Command { promise = work(); settle(resolve: (v: number) => void): (v: number) => void { return (v) => { resolve(v); return this.promise; }; } }",
  "a promise that it makes the first time": "class Command { promise?: Promise<void>; settle(): () => void { return () => (this.promise ??= work()); } } // ✗ voidSlot",
  "a call that only emits": "declare const em: import('node:events').EventEmitter; class A { async #tell(x: string) { em.emit('told', x); } listen() { em.on('x', (x: string) => this.#tell(x)); } }",
  "an executor that settles at its end, whatever fails": "export const loaded = new Promise<void>(async (resolve) => { for (const name of ['a', 'b']) { try { await work(name); break; } catch {} } resolve(); });",
  "an executor that a failure makes leave": "export const loaded = new Promise<void>(async (resolve) => { try { await work(); } catch { return; } resolve(); }); // ✗ executor",
  "logger method before the try": 'declare const em: import("node:events").EventEmitter; declare const logger: { info(s: string): void }; em.on("x", async (s: string) => { logger.info(s); try { await work(s); } catch { log(); } });',
  "state setter before the try": 'declare function useState<T>(v: T): [T, (v: T) => void]; const [, setBusy] = useState(false); declare const em: import("node:events").EventEmitter; em.on("x", async () => { setBusy(true); try { await work(); } catch { log(); } finally { setBusy(false); } });',
});
