/** Asks the server of the page for something. Throws what it says is wrong. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  return answered<T>(await fetch(path, { method: 'POST', body: JSON.stringify(body) }));
}

/** What an answer says. Throws what the server says is wrong. */
export async function answered<T>(response: Response): Promise<T> {
  const document: unknown = await response.json();
  if (!response.ok) throw document as Error;
  return document as T;
}
