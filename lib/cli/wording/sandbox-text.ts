type Sandbox = {
  readonly url: string
  readonly account: string
  readonly region: string
  readonly timings: string
  readonly minute?: number
  readonly home: string
  readonly notice?: string
}

/** Where the sandbox is, and how any AWS client gets there. */
export function sandboxText(
  { url, account, region, timings, minute, home, notice }: Sandbox,
  what: string,
): readonly string[] {
  return [
    `the sandbox ${what}: ${url} (account ${account}, ${region}, ${timings} timings)`,
    `  its state: ${home}`,
    ...(minute === undefined ? [] : [`  a minute:  ${minute / 1000} s, of bake times, pauses and alarms`]),
    `  tapit:     tapit --sandbox status`,
    `  others:    eval "$(tapit sandbox env)"`,
    ...(notice === undefined ? [] : [`  note:      ${notice}`]),
  ]
}
