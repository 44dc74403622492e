declare module 'unbzip2-stream' {
  /** A stream that unpacks what is written into it; it emits an error where that is damaged or not whole. */
  function unbzip2(): NodeJS.ReadWriteStream;
  export = unbzip2;
}
