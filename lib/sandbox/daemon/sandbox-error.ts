/** The sandbox could not be started, reached or stopped; the message says why and what to do. */
export class SandboxError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'SandboxError'
  }
}
