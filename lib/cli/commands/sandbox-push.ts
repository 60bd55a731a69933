import { Refusal } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { behaviours, PushError, pushImage, runSandbox } from '../sandbox-process.ts'
import { printResult } from '../print-result.ts'
import { required } from '../required.ts'

export const sandboxPush: Handler = async (invocation, io) => {
  const tag = required(invocation, 'docker_tag', {
    question: 'which tag?',
    advice: 'tapit sandbox push docker_tag=v2 process=worker behaviour=crash',
  })
  const { process, behaviour, exit_code: exitCode, log } = invocation.keys
  const once = {
    ...(exitCode !== undefined && { exitCode: Number(exitCode) }),
    ...(log !== undefined && { log: log.split(String.raw`\n`) }),
  }
  const { url, region } = await runSandbox(io)
  const repository = invocation.global.app ?? 'shop'
  const known = behaviours.find(each => each === behaviour)
  try {
    const { digest, pushed } = await pushImage({
      url,
      region,
      repository,
      tag,
      ...(known !== undefined && { behaviour: known }),
      ...(process !== undefined && { processes: listed(process) }),
      ...(Object.keys(once).length > 0 && { once }),
    })
    await printResult(
      { invocation, io },
      {
        document: () => ({ repository, dockerTag: tag, imageDigest: digest, pushed }),
        text: () =>
          pushed
            ? [
                `pushed ${repository}:${tag} (${digest}).`,
                `  deploy it: tapit --sandbox create deploy docker_tag=${tag} --wait`,
              ]
            : [`${repository}:${tag} is that image already (${digest}).`],
      },
    )
    return 0
  } catch (error) {
    if (!(error instanceof PushError)) throw error
    throw new Refusal({
      code: error.code,
      message: `the sandbox refused the image: ${error.message}`,
      cause: error,
    })
  }
}
