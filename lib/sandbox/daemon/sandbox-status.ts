import { askStatus, type SandboxStatus } from './ask.ts'
import { readEndpoint } from './endpoint.ts'

/** What the home's sandbox says about itself; undefined when it does not run. */
export async function sandboxStatus({ home }: { home: string }): Promise<SandboxStatus | undefined> {
  const endpoint = await readEndpoint(home)
  return endpoint === undefined ? undefined : askStatus(endpoint)
}
