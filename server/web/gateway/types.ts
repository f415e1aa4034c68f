/** The typed socket of this server and what it knows of its other end. */
import type { Server, Socket } from 'socket.io'
import type { ClientToServer, ServerToClient } from '#lib/protocol/socket.ts'

/** Nothing is sent between servers. */
type NoEvents = Record<string, never>

export type LiveServer = Server<ClientToServer, ServerToClient, NoEvents, NoEvents>
export type LiveSocket = Socket<ClientToServer, ServerToClient, NoEvents, NoEvents>
