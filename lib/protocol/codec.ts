/**
 * The packed form of consecutive events: the same bytes at rest and on the wire. Generic, it knows no tool.
 *
 * Events are grouped by shape (their keys in order, each with the class of its value) and every key of a shape is one column:
 * numbers as in columns.ts; texts, truth values and nested JSON as positions in one table of texts per batch. So a column that
 * never changes, or grows evenly, costs its start alone, and a ping reply about 5 bytes.
 *
 * Nested JSON whose numbers alone change (an answer of a name server, round after round) is written apart from its numbers, which then are
 * columns too: version 2, used only for a batch in which it pays.
 *
 * Layout: magic, version, firstSeq, count | table of texts | shapes | shape of each event | columns | CRC-32 of all before it.
 * Lossless for JSON data with any number at the top level (NaN and -0 too); a key whose value is undefined counts as absent.
 */
import type { SessionEvent } from './events.ts'
import { ByteReader, ByteWriter, crc32, DamagedBytes } from './bytes.ts'
import { readNumbers, writeNumbers } from './columns.ts'
import { readSplit, splitWherePays, writeSplit } from './json-columns.ts'
import { TextTable } from './text-table.ts'

/** Raise on every incompatible change; older versions must stay readable, logs outlive builds. */
const VERSION = 1
const VERSION_SPLIT = 2
const MAGIC = 0xe7
const CRC_BYTES = 4
/** Events that one batch may claim to hold. */
const COUNT_MAX = 2 ** 24

const CLASS = { number: 0, text: 1, truth: 2, nothing: 3, json: 4 } as const
const CLASS_LAST = 4

interface Key { name: string; type: number }
interface Column extends Key { values: number[] }
interface Shape { index: number; columns: Column[]; next: Map<string, Shape>[] }

/** Packs events with consecutive seqs; throws RangeError for a gap (a bug of the caller). */
export function encodeEvents(events: readonly SessionEvent[]): Uint8Array<ArrayBuffer> {
  const texts = new TextTable()
  const shapes = new ShapeTree()
  const firstSeq = events[0]?.seq ?? 1
  const order: number[] = []
  for (const [i, event] of events.entries()) {
    if (event.seq !== firstSeq + i) throw new RangeError(`encodeEvents: seq ${event.seq} where ${firstSeq + i} was due`)
    order.push(pack(asRecord(event), { shapes, texts }))
  }
  for (const shape of shapes.all) for (const column of shape.columns) texts.of(column.name)
  const split = splitWherePays(texts.nested)
  const nested = texts.nested.map((json, i) => texts.of(split?.[i]?.template ?? json))
  const out = new ByteWriter()
  out.byte(MAGIC)
  out.byte(split === null ? VERSION : VERSION_SPLIT)
  out.varint(firstSeq)
  out.varint(events.length)
  texts.write(out)
  writeShapes(out, shapes.all, texts)
  writeNumbers(out, order)
  for (const { columns } of shapes.all) {
    for (const { type, values } of columns) {
      if (type !== CLASS.nothing) writeNumbers(out, type === CLASS.json ? values.map((value) => nested[value] ?? 0) : values)
      if (type === CLASS.json && split !== null) writeSplit(out, values.flatMap((value) => split[value] ?? []))
    }
  }
  const body = out.finish()
  out.uint32(crc32(body))
  return out.finish()
}

/** The events of a batch; throws DamagedBytes when the bytes are not exactly what encodeEvents wrote. */
export function decodeEvents(bytes: Uint8Array): SessionEvent[] {
  const end = bytes.length - CRC_BYTES
  const { firstSeq, count, reader, version } = readHead(bytes, Math.max(end, 0))
  if (new ByteReader(bytes, end).uint32() !== crc32(bytes, 0, end)) throw new DamagedBytes('A batch of events is damaged: its checksum does not match.')
  const texts = readTexts(reader)
  const keys = readShapes(reader, texts)
  const order = readNumbers(reader, count)
  const sizes = new Uint32Array(keys.length)
  for (const index of order) sizes[index] = (sizes[index] ?? 0) + 1
  const makers = keys.map((shape, index) => readMaker(reader, { keys: shape, texts, count: sizes[index] ?? 0, split: version === VERSION_SPLIT }))
  if (reader.left !== 0) throw new DamagedBytes('A batch of events has bytes left over.')
  const events: SessionEvent[] = []
  for (let i = 0; i < count; i++) {
    const maker = makers[order[i] ?? -1]
    if (!maker) throw new DamagedBytes('A batch of events names a shape that it does not hold.')
    events.push(asEvent(make(maker, firstSeq + i)))
  }
  return events
}

/** First and last seq of a batch, from its head alone; throws DamagedBytes for what is no batch. */
export function packedRange(bytes: Uint8Array): { firstSeq: number; lastSeq: number } {
  const { firstSeq, count } = readHead(bytes, bytes.length)
  return { firstSeq, lastSeq: firstSeq + count - 1 }
}

function readHead(bytes: Uint8Array, end: number): { firstSeq: number; count: number; reader: ByteReader; version: number } {
  const reader = new ByteReader(bytes, 0, end)
  if (reader.left < 4 || reader.byte() !== MAGIC) throw new DamagedBytes('This is not a batch of events, or it was cut short.')
  const version = reader.byte()
  if (version !== VERSION && version !== VERSION_SPLIT) throw new DamagedBytes(`A batch of events has version ${version}; this build reads versions ${VERSION} and ${VERSION_SPLIT}.`)
  const firstSeq = reader.varint()
  const count = reader.varint()
  if (count > COUNT_MAX) throw new DamagedBytes('A batch of events claims more events than can be.')
  return { firstSeq, count, reader, version }
}

/** Adds one event to the columns of its shape; answers the shape's index. */
function pack(event: Record<string, unknown>, into: { shapes: ShapeTree; texts: TextTable }): number {
  let shape = into.shapes.root
  const row: number[] = []
  for (const name of Object.keys(event)) {
    const value = event[name]
    if (name === 'seq' || value === undefined) continue
    const type = classOf(value)
    shape = into.shapes.step(shape, name, type)
    row.push(cell(value, into.texts))
  }
  const { index, columns } = into.shapes.place(shape)
  for (const [i, column] of columns.entries()) column.values.push(row[i] ?? 0)
  return index
}

function classOf(value: unknown): number {
  switch (typeof value) {
    case 'number': return CLASS.number
    case 'string': return CLASS.text
    case 'boolean': return CLASS.truth
    case 'object': return value === null ? CLASS.nothing : CLASS.json
    default: throw new TypeError(`encodeEvents: a ${typeof value} is not JSON`)
  }
}

function cell(value: unknown, texts: TextTable): number {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return texts.of(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  return value === null ? 0 : texts.nest(JSON.stringify(value))
}

/** Shapes found so far, reached key by key, so that no signature has to be built for an event. */
class ShapeTree {
  readonly all: Shape[] = []
  readonly root: Shape = { index: -1, columns: [], next: [] }

  step(from: Shape, name: string, type: number): Shape {
    const byName = (from.next[type] ??= new Map<string, Shape>())
    const known = byName.get(name)
    if (known) return known
    const columns = [...from.columns.map((column) => ({ ...column, values: [] })), { name, type, values: [] }]
    const shape: Shape = { index: -1, columns, next: [] }
    byName.set(name, shape)
    return shape
  }

  place(shape: Shape): Shape {
    if (shape.index < 0) shape.index = this.all.push(shape) - 1
    return shape
  }
}

function readTexts(reader: ByteReader): string[] {
  const texts: string[] = []
  for (let left = reader.varint(); left > 0; left--) texts.push(reader.text())
  return texts
}

function writeShapes(out: ByteWriter, shapes: readonly Shape[], texts: TextTable): void {
  out.varint(shapes.length)
  for (const { columns } of shapes) {
    out.varint(columns.length)
    for (const { name, type } of columns) out.varint(texts.of(name) * (CLASS_LAST + 1) + type)
  }
}

function readShapes(reader: ByteReader, texts: readonly string[]): Key[][] {
  const shapes: Key[][] = []
  for (let left = reader.varint(); left > 0; left--) {
    const keys: Key[] = []
    for (let columns = reader.varint(); columns > 0; columns--) {
      const code = reader.varint()
      keys.push({ name: textAt(texts, Math.floor(code / (CLASS_LAST + 1))), type: code % (CLASS_LAST + 1) })
    }
    shapes.push(keys)
  }
  return shapes
}

function textAt(texts: readonly string[], position: number): string {
  const text = texts[position]
  if (text === undefined) throw new DamagedBytes('A batch of events names a text that it does not hold.')
  return text
}

/** What never changes within a shape lies in the template, which is copied; only the rest is set event by event. */
interface Maker {
  template: Record<string, unknown>
  numbers: { name: string; values: Float64Array }[]
  others: { name: string; value: (row: number) => unknown }[]
  row: number
}

function readMaker(reader: ByteReader, shape: { keys: readonly Key[]; texts: readonly string[]; count: number; split: boolean }): Maker {
  const maker: Maker = { template: {}, numbers: [], others: [], row: 0 }
  for (const key of shape.keys) {
    const values = key.type === CLASS.nothing ? new Float64Array(shape.count) : readNumbers(reader, shape.count)
    const json = key.type === CLASS.json && shape.split ? readSplit(reader, values, (position) => textAt(shape.texts, position)) : null
    const value = (row: number): unknown => (json === null ? valueOf(key.type, values[row] ?? 0, shape.texts) : JSON.parse(json(row)))
    const first = shape.count > 0 ? value(0) : null
    put(maker.template, key.name, first)
    const fixed = key.type !== CLASS.json && values.every((one) => Object.is(one, values[0]))
    if (fixed) continue
    // `__proto__` may be a key of any JSON; plain assignment would not make it one.
    if (key.type === CLASS.number && key.name !== '__proto__') maker.numbers.push({ name: key.name, values })
    else maker.others.push({ name: key.name, value })
  }
  put(maker.template, 'seq', 0)
  return maker
}

function valueOf(type: number, value: number, texts: readonly string[]): unknown {
  switch (type) {
    case CLASS.number: return value
    case CLASS.text: return textAt(texts, value)
    case CLASS.truth: return value === 1
    case CLASS.nothing: return null
    default: return JSON.parse(textAt(texts, value))
  }
}

function make(maker: Maker, seq: number): Record<string, unknown> {
  const event = { ...maker.template }
  const row = maker.row++
  for (const { name, values } of maker.numbers) event[name] = values[row]
  for (const { name, value } of maker.others) put(event, name, value(row))
  event['seq'] = seq
  return event
}

function put(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true })
  else record[name] = value
}

/** Events are plain objects: reading one key by key is always allowed. */
const asRecord = (event: SessionEvent): Record<string, unknown> => event

/** Only events are ever encoded, and the checksum holds: what comes out has the shape of what went in. */
const asEvent = (record: Record<string, unknown>): SessionEvent => record as unknown as SessionEvent
