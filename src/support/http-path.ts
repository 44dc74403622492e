/**
 * What is wrong with a path that HTTP shall ask for, and what would be right; undefined where nothing is. It is sent as
 * it is written, so it must be what RFC 9112 lets stand in a request line (section 3.2): nothing is encoded behind
 * anybody's back.
 */
export function httpPathProblem(path: string): { readonly message: string; readonly hint: string } | undefined {
  const shown = JSON.stringify(path);
  if (!path.startsWith('/'))
    return { message: `${shown} is not a path that HTTP can request`, hint: 'a path begins with "/", as in /health' };
  if (/^[!-~]+$/.test(path)) return undefined;
  return {
    message: `${shown} is not a path that HTTP can request: it has blanks, control characters or letters beyond ASCII`,
    hint: `percent-encode them: ${encodeURI(path.replace(/\p{Cs}/gu, '\uFFFD'))}`,
  };
}
