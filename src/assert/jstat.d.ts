declare module 'jstat' {
  const jstat: {
    readonly binomial: {
      /** The probability of at most `k` successes in `n` trials. */
      cdf(k: number, n: number, p: number): number;
    };
  };
  export = jstat;
}
