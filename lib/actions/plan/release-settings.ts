import type { ReleaseSettings } from '../../config/schema.ts'
import { releaseParameter } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'

/** The release command of an app, as its SSM parameter has it. */
export async function releaseSettings(text: string, app: string): Promise<ReleaseSettings> {
  const { readRelease } = await import('../../config/read-release.ts')
  const read = readRelease(text)
  if (read.settings !== undefined) return read.settings
  throw new Refusal({
    code: 'bad_release',
    message: `the release command of ${app} cannot be read (SSM parameter ${releaseParameter(app)}): ${read.mistake}`,
    advice: 'Put it right in tapit.yml, and deploy the infrastructure again (cdk deploy).',
  })
}
