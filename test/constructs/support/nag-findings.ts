import { AwsSolutionsChecks } from 'cdk-nag'
import type { IConstruct } from 'constructs'

/** What cdk-nag's AwsSolutions pack finds that carries no written reason: `<rule> <path of the construct>`. */
export function nagFindings(scope: IConstruct): readonly string[] {
  return new AwsSolutionsChecks()
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    )
}
