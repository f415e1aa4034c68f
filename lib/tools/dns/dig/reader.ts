/** Reads what dig prints, line by line: one reply for every question of its command line, in order. */
import type { DnsReply } from '../reply.ts'

export interface DigReply {
  reply: DnsReply
  question: { name: string; type: string } | null
  /** The server as it was named to dig (`SERVER: 10.0.0.53#53(ns1)`), where it is more than its address. */
  serverName: string | null
  /** Number of the line that completed it. */
  line: number
}

export class DigReader {
  /** Takes one line without its end; `line` counts from 1. */
  line(_text: string, _line: number): { replies: DigReply[]; understood: boolean } {
    return { replies: [], understood: false }
  }

  /** dig has ended: what was being read is complete, or is no answer. */
  end(_line: number): DigReply[] {
    return []
  }
}
