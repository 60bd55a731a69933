/** A port that is asked nothing any more once the signal is aborted: then what was asked for throws. */
export function stoppable<Port extends object>(port: Port, signal: AbortSignal): Port {
  return new Proxy(port, {
    get(whole, name) {
      const member: unknown = Reflect.get(whole, name)
      if (typeof member !== 'function') return member
      return async (...input: readonly unknown[]): Promise<unknown> => {
        signal.throwIfAborted()
        return Reflect.apply(member, whole, input)
      }
    },
  })
}
