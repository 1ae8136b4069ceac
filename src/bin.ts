#!/usr/bin/env node
import { startCommand } from './cli/start.ts'

await startCommand()
