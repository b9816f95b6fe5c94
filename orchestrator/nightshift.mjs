#!/usr/bin/env node
import { settleProcess } from '../contract/processSettings.mjs';

settleProcess();
await import('./nightshift.ts');
