import { createHash } from 'node:crypto'
import type { SsmHandlers, ssm } from '../wire/handlers.ts'
import { AwsError } from '../wire/aws-error.ts'
import { pageOf } from '../page-of.ts'
import type { World } from '../world.ts'
import { parameterName } from './parameter-exists.ts'
import type { ParameterState } from './state.ts'

/** AWS Systems Manager: Parameter Store. */
export function ssmHandlers({ account, region, clock, state: { ssm: state } }: World): SsmHandlers {
  const arnOf = ({ name }: ParameterState) =>
    `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`
  const byName = (nameOrArn: string): ParameterState | undefined => {
    const name = parameterName(state, nameOrArn)
    return name === undefined ? undefined : state.parameters[name]
  }
  const theParameter = (name = ''): ParameterState => {
    const parameter = byName(name)
    if (parameter === undefined) throw new AwsError('ParameterNotFound', '')
    return parameter
  }
  const withValue = (
    parameter: ParameterState,
    { decrypted }: { decrypted: boolean | undefined },
  ): ssm.Parameter => ({
    Name: parameter.name,
    Type: parameter.type,
    Value: parameter.type === 'SecureString' && decrypted !== true ? encrypted(parameter) : parameter.value,
    Version: parameter.version,
    LastModifiedDate: new Date(parameter.modifiedAt),
    ARN: arnOf(parameter),
    DataType: parameter.dataType,
  })
  const tagged = ({ ResourceType, ResourceId = '' }: { ResourceType?: string; ResourceId?: string }) => {
    const parameter = ResourceType === 'Parameter' ? state.parameters[ResourceId] : undefined
    if (parameter === undefined)
      throw new AwsError('InvalidResourceId', `no ${ResourceType} is called ${ResourceId}`)
    return parameter
  }

  return {
    PutParameter: input => {
      const {
        Name = '',
        Value = '',
        Description,
        Type,
        KeyId,
        Overwrite,
        AllowedPattern,
        Tags = [],
        Tier,
        DataType,
      } = input
      requireName(Name)
      const known = state.parameters[Name]
      if (known !== undefined && Overwrite !== true) {
        throw new AwsError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        )
      }
      const type = Type ?? known?.type
      if (type === undefined) throw invalid('A parameter type is required when you create a parameter.')
      if (Overwrite === true && Tags.length > 0) {
        throw invalid(
          "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        )
      }
      const tier = tierOf(Value, { wanted: Tier, known: known?.tier })
      requirePattern(Value, AllowedPattern)
      const version = (known?.version ?? 0) + 1
      state.parameters[Name] = {
        name: Name,
        type,
        value: Value,
        version,
        modifiedAt: clock.now(),
        description: Description ?? known?.description,
        tier,
        dataType: DataType ?? 'text',
        keyId: type === 'SecureString' ? (KeyId ?? 'alias/aws/ssm') : undefined,
        allowedPattern: AllowedPattern,
        tags: known?.tags ?? tagRecord(Tags),
      }
      return { Version: version, Tier: tier }
    },

    GetParameter: ({ Name = '', WithDecryption: decrypted }) => {
      const [, name = Name, version] = /^((?:arn:[^:]*:[^:]*:[^:]*:[^:]*:)?[^:]+)(?::(.+))?$/.exec(Name) ?? []
      const parameter = theParameter(name)
      // Older versions aren't kept, and labels not given.
      if (version !== undefined && version !== String(parameter.version)) {
        throw new AwsError(
          'ParameterVersionNotFound',
          `Systems Manager could not find version ${version} of ${name}.`,
        )
      }
      return { Parameter: withValue(parameter, { decrypted }) }
    },

    GetParameters: ({ Names = [], WithDecryption: decrypted }) => {
      if (Names.length === 0 || Names.length > 10) {
        throw invalid(
          `1 validation error detected: Value '[${Names.slice(0, 20).join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10`,
        )
      }
      const found = Names.flatMap(name => byName(name) ?? [])
      return {
        Parameters: found.map(parameter => withValue(parameter, { decrypted })),
        InvalidParameters: Names.filter(name => byName(name) === undefined),
      }
    },

    GetParametersByPath: input => {
      const {
        Path = '',
        Recursive = false,
        WithDecryption: decrypted,
        MaxResults,
        NextToken,
        ParameterFilters,
      } = input
      if (!Path.startsWith('/')) {
        throw invalid(
          'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
        )
      }
      const prefix = Path.endsWith('/') ? Path : `${Path}/`
      const parameters = filtered(Object.values(state.parameters), ParameterFilters)
        .filter(({ name }) => name.startsWith(prefix))
        .filter(({ name }) => Recursive || !name.slice(prefix.length).includes('/'))
      const { page, nextToken } = pageOf(parameters, {
        token: NextToken,
        size: MaxResults,
        largest: 10,
        invalidToken,
      })
      return { Parameters: page.map(parameter => withValue(parameter, { decrypted })), NextToken: nextToken }
    },

    DescribeParameters: ({ ParameterFilters, Filters, MaxResults, NextToken }) => {
      if (Filters !== undefined)
        throw new AwsError('InvalidFilterKey', 'The sandbox knows ParameterFilters, not Filters.')
      const parameters = filtered(Object.values(state.parameters), ParameterFilters)
      const { page, nextToken } = pageOf(parameters, {
        token: NextToken,
        size: MaxResults,
        largest: 50,
        invalidToken,
      })
      return {
        Parameters: page.map(parameter => ({
          Name: parameter.name,
          ARN: arnOf(parameter),
          Type: parameter.type,
          KeyId: parameter.keyId,
          LastModifiedDate: new Date(parameter.modifiedAt),
          LastModifiedUser: `arn:aws:sts::${account}:assumed-role/sandbox/tapit`,
          Description: parameter.description,
          AllowedPattern: parameter.allowedPattern,
          Version: parameter.version,
          Tier: parameter.tier,
          Policies: [],
          DataType: parameter.dataType,
        })),
        NextToken: nextToken,
      }
    },

    DeleteParameter: ({ Name }) => {
      delete state.parameters[theParameter(Name).name]
      return {}
    },

    DeleteParameters: ({ Names = [] }) => {
      const known = Names.flatMap(name => state.parameters[name] ?? [])
      for (const { name } of known) delete state.parameters[name]
      const deleted = known.map(({ name }) => name)
      return { DeletedParameters: deleted, InvalidParameters: Names.filter(name => !deleted.includes(name)) }
    },

    AddTagsToResource: ({ Tags = [], ...resource }) => {
      const parameter = tagged(resource)
      state.parameters[parameter.name] = { ...parameter, tags: { ...parameter.tags, ...tagRecord(Tags) } }
      return {}
    },

    RemoveTagsFromResource: ({ TagKeys = [], ...resource }) => {
      const parameter = tagged(resource)
      const tags = Object.fromEntries(
        Object.entries(parameter.tags).filter(([key]) => !TagKeys.includes(key)),
      )
      state.parameters[parameter.name] = { ...parameter, tags }
      return {}
    },

    ListTagsForResource: resource => ({
      TagList: Object.entries(tagged(resource).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  }
}

const invalidToken = 'InvalidNextToken'

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message)
}

function requireName(name: string): void {
  if (name === '' || !/^[\w./-]+$/.test(name)) {
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    )
  }
  if (name.includes('/') && !name.startsWith('/'))
    throw invalid('Parameter name must be a fully qualified name.')
}

type TierOptions = { readonly wanted: string | undefined; readonly known: ParameterState['tier'] | undefined }

function tierOf(value: string, { wanted, known }: TierOptions): ParameterState['tier'] {
  const size = Buffer.byteLength(value)
  const advanced =
    wanted === 'Advanced' || known === 'Advanced' || (wanted === 'Intelligent-Tiering' && size > 4096)
  if (advanced && size <= 8192) return 'Advanced'
  if (!advanced && size <= 4096) return 'Standard'
  throw invalid(
    advanced
      ? 'Advanced tier parameters support a maximum parameter value of 8192 characters.'
      : 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
  )
}

function requirePattern(value: string, pattern: string | undefined): void {
  if (pattern === undefined || patternOf(pattern).test(value)) return
  throw new AwsError(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  )
}

function patternOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch {
    throw new AwsError('InvalidAllowedPatternException', `${pattern} is no valid regular expression`)
  }
}

/** Stands in for KMS's ciphertext: not the value, and always the same for it. */
function encrypted({ name, value }: ParameterState): string {
  return `AQICAH${createHash('sha256').update(`${name}\n${value}`).digest('base64')}`
}

function tagRecord(tags: readonly ssm.Tag[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

function filtered(
  all: readonly ParameterState[],
  filters: readonly ssm.ParameterStringFilter[] = [],
): ParameterState[] {
  const tests = filters.map(({ Key, Option = 'Equals', Values = [] }) => {
    const subject = Key === undefined ? undefined : subjects[Key]
    const compare = comparisons[Option]
    if (subject === undefined)
      throw new AwsError('InvalidFilterKey', `The sandbox filters by Name and Type, not by ${Key}.`)
    if (compare === undefined)
      throw new AwsError('InvalidFilterOption', `The following filter option is not valid: ${Option}.`)
    return (parameter: ParameterState) => Values.some(value => compare(subject(parameter), value))
  })
  return all
    .filter(parameter => tests.every(test => test(parameter)))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

const subjects: Readonly<Record<string, (parameter: ParameterState) => string>> = {
  Name: ({ name }) => name,
  Type: ({ type }) => type,
}

const comparisons: Readonly<Record<string, (subject: string, value: string) => boolean>> = {
  Equals: (subject, value) => subject === value,
  BeginsWith: (subject, value) => subject.startsWith(value),
  Contains: (subject, value) => subject.includes(value),
}
