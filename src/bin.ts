#!/usr/bin/env node
import { main } from './cli/main.ts'
import { runAsProgram } from './cli/process.ts'

await runAsProgram(main)
