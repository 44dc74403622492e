/** Where a committed agent listens, in its container. */
export const agentSocket = '/run/nearcast/agent.sock';
