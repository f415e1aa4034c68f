/** OpenAPI 3.1 of the HTTP API, made from the route table, the request decoders and the answer schemas: there is no second description to keep. */
import * as z from 'zod/mini'
import { ROUTES, type RouteName, type RouteSpec } from '#lib/protocol/routes.ts'
import type { Schema } from '../../decode.ts'
import { ROUTE_ACTIONS } from '../routes.ts'
import { ANSWERS, ProblemSchema } from './answers.ts'

type Json = Record<string, unknown>

const FILE_TYPE: Partial<Record<RouteName, string>> = { 'export.json': 'application/json', 'export.csv': 'text/csv', 'transcript.download': 'text/plain' }
/** Routes that need no credential. */
const OPEN: ReadonlySet<RouteName> = new Set(['setup', 'sign-in', 'sign-out', 'share.redeem'])

export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {}
  for (const [name, spec] of Object.entries(ROUTES) as [RouteName, RouteSpec][]) {
    const path = spec.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [spec.method.toLowerCase()]: operation(name, spec) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hopscope', version,
      description: 'Everything the pages do. Sign in with a cookie, or send `Authorization: Bearer hsa_…`. State changes need a JSON body and, with a cookie, the Origin of this server.',
    },
    paths,
    components: {
      schemas: { Problem: jsonSchema(ProblemSchema, 'output') },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'API token `hsa_…`, made on the account page.' },
        cookie: { type: 'apiKey', in: 'cookie', name: '__Host-hopscope', description: '`hopscope-local` over plain HTTP on loopback.' },
      },
    },
    security: [{ token: [] }, { cookie: [] }],
  }
}

function operation(name: RouteName, { method, path, summary }: RouteSpec): Json {
  const request = jsonSchema(ROUTE_ACTIONS[name].action.schema, 'input')
  const inPath = [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
  const fields = (request['properties'] ?? {}) as Record<string, Json>
  const required = (request['required'] ?? []) as string[]
  const rest = Object.keys(fields).filter((field) => !inPath.includes(field))
  const inQuery = method === 'GET' || method === 'DELETE'
  const fallbacks = ROUTE_ACTIONS[name].query ?? {}
  const parameters = [
    ...inPath.map((field) => ({ name: field, in: 'path', required: true, schema: fields[field] ?? { type: 'string' } })),
    ...(inQuery ? rest : []).map((field) => {
      const fallback = fallbacks[field]?.fallback
      return { name: field, in: 'query', required: required.includes(field) && fallback === undefined, schema: { ...fields[field], ...(fallback !== undefined && { default: fallback }) } }
    }),
  ]
  const body = { ...request, properties: pick(fields, rest), required: required.filter((field) => rest.includes(field)) }
  return {
    operationId: name, summary, tags: [path.split('/')[3] ?? ''],
    ...(parameters.length > 0 && { parameters }),
    ...(!inQuery && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    ...(OPEN.has(name) && { security: [] }),
    responses: { [String(ROUTE_ACTIONS[name].status ?? 200)]: success(name), default: failure() },
  }
}

function success(name: RouteName): Json {
  const answer = ANSWERS[name]
  const content = answer === 'file'
    ? { [FILE_TYPE[name] ?? 'application/octet-stream']: {} }
    : { 'application/json': { schema: { type: 'object', required: ['ok', 'value'], properties: { ok: { const: true }, value: jsonSchema(answer, 'output') } } } }
  return { description: 'Done.', content }
}

function failure(): Json {
  const schema = { type: 'object', required: ['ok', 'error'], properties: { ok: { const: false }, error: { $ref: '#/components/schemas/Problem' } } }
  return { description: 'Not done; the error says why and what to do.', content: { 'application/json': { schema } } }
}

function jsonSchema(schema: Schema<unknown> | z.ZodMiniType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

function pick(fields: Record<string, Json>, names: readonly string[]): Record<string, Json> {
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? {}]))
}
