import { login } from '../../actions/images/login.ts'
import type { Handler } from '../command.ts'
import { openBuildTools, openContext, openLogins } from '../context.ts'
import { printResult } from '../print-result.ts'
import { loginText } from '../wording/login-text.ts'

export const imageLogin: Handler = async (invocation, io) => {
  const context = await openContext(invocation, io)
  const [{ docker }, memory] = await Promise.all([openBuildTools(io, context), openLogins(context, io)])
  const logins = await login(context, { docker, ports: context.ports, logins: memory })
  await printResult(
    { invocation, io },
    {
      document: () => ({
        registries: logins.map(({ until, ...each }) => ({
          ...each,
          ...(until !== undefined && { until: new Date(until).toISOString() }),
        })),
      }),
      text: ({ now }) => logins.map(each => loginText(each, now)),
    },
  )
  return 0
}
