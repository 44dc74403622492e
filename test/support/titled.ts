type Callable = (...given: readonly unknown[]) => unknown;

/** AVA's `test` whose titles begin with words: unit tests that share a process come from several files. */
export function titled<T extends object>(test: T, prefix: string): T {
  return new Proxy(test, {
    apply(target, self, [first, ...rest]: readonly unknown[]): unknown {
      const title = typeof first === 'string' ? prefix + first : first;
      return Reflect.apply(target as Callable, self, [title, ...rest]);
    },
    get(target, name, receiver): unknown {
      const value: unknown = Reflect.get(target, name, receiver);
      return typeof value === 'function' && name !== 'macro' ? titled(value, prefix) : value;
    },
  });
}
