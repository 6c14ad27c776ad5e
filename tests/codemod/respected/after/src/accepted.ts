declare function work(x?: unknown): Promise<void>;

export async function lines(): Promise<void> {
  // eslint-disable-next-line asr/no-floating-task -- best effort
  work(1);
  work(2); // eslint-disable-line asr/no-floating-task
  await work(3); // eslint-disable-line asr/no-discarding-callback
  /* eslint-disable-next-line */
  work(4);
  await work("// eslint-disable-line asr/no-floating-task");
}

/* eslint-disable asr/no-floating-task, asr/no-leaky-combinator */
export async function block(): Promise<void> {
  work(5);
}
/* eslint-enable asr/no-floating-task */

export async function after(): Promise<void> {
  await work(6);
}
