/** The folder that this process was called in; undefined where it was removed since. */
export function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
