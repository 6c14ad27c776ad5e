export function fire(task: Promise<unknown>): void {
  void task;
}

export default function spread(visit: () => unknown): void {
  visit();
}

export async function work(): Promise<void> {
  await Promise.reject(new Error("always"));
}

/** Cannot fail and tells nobody: the callers need not care for its error, only for its end. */
export async function quiet(): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(error);
  }
}

export const arrow = async (): Promise<void> => {
  await work();
};

export const tools = {
  run(task: Promise<unknown>): void {
    void task;
  },
  start: (): Promise<void> => work(),
};

export namespace Old {
  export function fire(task: Promise<unknown>): void {
    void task;
  }
}
