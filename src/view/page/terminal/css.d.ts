/** The build hands on a style sheet as its text. */
declare module '*.css' {
  const text: string;
  export = text;
}
