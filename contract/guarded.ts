/** Lets a timer or a listener do work whose failure goes to `onFault` and never ends the process. */
export function guarded<A extends unknown[]>(
  work: (...given: A) => unknown,
  onFault: (error: unknown) => void,
): (...given: A) => void {
  return (...given) => {
    try {
      const done = work(...given);
      if (done instanceof Promise) done.catch(onFault);
    } catch (error) {
      onFault(error);
    }
  };
}
