/**
 * A port whose adapter, and with it an SDK client, is loaded when one of its methods is first called: a command pays for the clients that
 * it uses. Every method of such a port answers a promise.
 */
export function lazyPort<Port extends object>(load: () => Promise<Port>): Port {
  let loading: Promise<Port> | undefined
  const methods = new Map<PropertyKey, unknown>()

  function method(name: PropertyKey): unknown {
    return async (...input: readonly unknown[]) => {
      loading ??= load()
      const port = (await loading) as Record<PropertyKey, (...input: readonly unknown[]) => unknown>
      const call = port[name]
      if (call === undefined) throw new TypeError(`the port has no method ${String(name)}`)
      return call(...input)
    }
  }

  return new Proxy({} as Port, {
    get(_, name) {
      // A port is no promise, though `await` asks every object for a `then`.
      if (typeof name === 'symbol' || name === 'then') return undefined
      if (!methods.has(name)) methods.set(name, method(name))
      return methods.get(name)
    },
  })
}
