import { App, Stack } from 'aws-cdk-lib'

const testAccount = '111122223333'
const testRegion = 'eu-west-1'

/** A stack in an account and region that are known; without them CDK plans for two zones whose names it does not know. */
export function stackForTests(id: string = 'Test'): Stack {
  return new Stack(new App(), id, { env: { account: testAccount, region: testRegion } })
}
