import { Utils } from '@cyclonedx/cyclonedx-library/Contrib/Bom';
import { Utils as Packages } from '@cyclonedx/cyclonedx-library/Contrib/FromNodePackageJson';
import { Factories } from '@cyclonedx/cyclonedx-library/Contrib/License';
import { ComponentScope, ComponentType, LifecyclePhase } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component, HashDictionary, LicenseRepository } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { isSupportedSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';

/** One entry of `package-lock.json`, as far as it matters here. */
interface LockedEntry {
  name?: string;
  version?: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** A `package-lock.json` of version 3: its entries by their path. */
export interface Lock {
  packages: Record<string, LockedEntry>;
}

const licenses = new Factories.LicenseFactory(requireExpression);
const folder = 'node_modules/';

/**
 * Writes the bill of materials of a lock file as CycloneDX 1.6 (JSON): every package that `npm ci --omit=dev` can install
 * on some platform, with its hash, its license where the lock file names one, and what it needs.
 */
export function describeLock({ packages }: Lock, madeAt: Date): string {
  const paths = Object.keys(packages).filter((path) => !packages[path]?.dev);
  const components = new Map<string, Component>();
  for (const path of paths) components.set(path, componentOf(path, packages[path] ?? {}, components));
  for (const [path, component] of components) {
    for (const name of needsOf(packages[path] ?? {})) {
      const needed = find(path, name, components);
      if (needed !== undefined) component.dependencies.add(needed.bomRef);
    }
  }
  const root = components.get('');
  const bom = new Bom({ serialNumber: Utils.randomSerialNumber() });
  bom.metadata.timestamp = madeAt;
  bom.metadata.lifecycles.add(LifecyclePhase.PreBuild);
  if (root !== undefined) bom.metadata.component = root;
  for (const component of components.values()) if (component !== root) bom.components.add(component);
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** Makes the component of a path; a version that the lock file has at several paths is one component. */
function componentOf(
  path: string,
  { name, version = '', integrity, license, ...entry }: LockedEntry,
  known: ReadonlyMap<string, Component>,
): Component {
  const full = name ?? path.slice(path.lastIndexOf(folder) + folder.length);
  const purl = `pkg:npm/${full.replace('@', '%40')}@${encodeURIComponent(version)}`;
  const isOptional = entry.optional || entry.devOptional;
  const same = known.values().find((component) => component.purl === purl);
  if (same !== undefined) {
    if (!isOptional) same.scope = ComponentScope.Required;
    return same;
  }
  const [group, short] = full.startsWith('@') ? full.split('/') : [undefined, full];
  return new Component(path === '' ? ComponentType.Application : ComponentType.Library, short ?? full, {
    bomRef: purl,
    purl,
    version,
    ...(group === undefined ? {} : { group }),
    scope: isOptional ? ComponentScope.Optional : ComponentScope.Required,
    hashes: new HashDictionary(integrity === undefined ? [] : [Packages.parsePackageIntegrity(integrity)]),
    licenses: new LicenseRepository(license === undefined ? [] : [licenses.makeFromString(license)]),
  });
}

function needsOf({ dependencies, optionalDependencies, peerDependencies }: LockedEntry): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** Finds a package as Node does: beside its dependant, else further up. */
function find(from: string, name: string, known: ReadonlyMap<string, Component>): Component | undefined {
  const found = known.get(`${from === '' ? '' : `${from}/`}${folder}${name}`);
  if (found !== undefined || from === '') return found;
  const parent = from.lastIndexOf(`/${folder}`);
  return find(parent === -1 ? '' : from.slice(0, parent), name, known);
}

/** Throws unless a text joins licenses of the SPDX list with AND or OR. */
function requireExpression(text: string): void {
  const words = text.replaceAll('(', ' ').replaceAll(')', ' ').split(' ').filter(Boolean);
  const ids = words.filter((_, index) => index % 2 === 0);
  const joints = words.filter((_, index) => index % 2 === 1);
  if (!ids.every(isSupportedSpdxId) || !joints.every((joint) => joint === 'AND' || joint === 'OR'))
    throw new RangeError(`${text} is no SPDX expression.`);
}
