// Runs steps.py in Pyodide: node run.mjs <folder of Pyodide> <folder of u30> <folder of steps.py>
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [pyodideFolder, code, here] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, "pyodide.mjs")));
const pyodide = await loadPyodide({ packageCacheDir: pyodideFolder });
await pyodide.loadPackage("numpy", { messageCallback: () => {} });
pyodide.mountNodeFS("/code", code);
pyodide.mountNodeFS("/here", here);
const result = pyodide.runPython(`
import json, sys, warnings
sys.dont_write_bytecode = True
sys.path[:0] = ["/code", "/here"]
warnings.simplefilter("error", RuntimeWarning)
import steps
json.dumps(steps.everything())
`);
process.stdout.write(result);
