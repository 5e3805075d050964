// A node-opcua server for our client: node opcua_server.js PORT FOLDER. Says "ready" when it listens. User operator,
// password secret. ns=1;s=Counter counts up every 20 ms.
const path = require("path");
const {
  OPCUAServer, OPCUACertificateManager, Variant, DataType, VariantArrayType, StatusCodes,
} = require("node-opcua");

async function main(port, folder) {
  // What the library has to say goes to standard error: the first line tells that the server is ready.
  console.log = console.warn = console.info = console.error;
  const manager = new OPCUACertificateManager({
    automaticallyAcceptUnknownCertificate: true, rootFolder: path.join(folder, "pki"),
  });
  await manager.initialize();
  const server = new OPCUAServer({
    port, serverCertificateManager: manager, userCertificateManager: manager, allowAnonymous: true,
    // Else changes within 50 ms are taken together.
    serverCapabilities: { minSupportedSampleRate: 0 },
    userManager: { isValidUser: (user, password) => user === "operator" && password === "secret" },
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  const own = space.getOwnNamespace();
  const device = own.addObject({ organizedBy: space.rootFolder.objects, browseName: "Device", eventNotifier: 1 });
  let set = 20;
  own.addVariable({
    componentOf: device, browseName: "SetPoint", nodeId: "s=SetPoint", dataType: "Double",
    minimumSamplingInterval: 10,
    value: {
      get: () => new Variant({ dataType: DataType.Double, value: set }),
      set: (variant) => { set = variant.value; return StatusCodes.Good; },
    },
  });
  own.addVariable({
    componentOf: device, browseName: "Curve", nodeId: "s=Curve", dataType: "Double", valueRank: 1,
    value: { dataType: DataType.Double, arrayType: VariantArrayType.Array,
      value: Float64Array.from({ length: 20000 }, (_, i) => i / 2) },
  });
  const many = own.addObject({ componentOf: device, browseName: "Many" });
  for (let i = 0; i < 2500; i++)
    own.addObject({ componentOf: many, browseName: "Child" + i });
  const counter = own.addVariable({
    componentOf: device, browseName: "Counter", nodeId: "s=Counter", dataType: "Int32", minimumSamplingInterval: 0,
  });
  let count = 0;
  counter.setValueFromSource({ dataType: DataType.Int32, value: count });
  setInterval(() => counter.setValueFromSource({ dataType: DataType.Int32, value: ++count }), 20);
  const add = own.addMethod(device, {
    browseName: "Add", nodeId: "s=Add",
    inputArguments: [{ name: "a", dataType: DataType.Double }, { name: "b", dataType: DataType.Double }],
    outputArguments: [{ name: "sum", dataType: DataType.Double }],
  });
  add.bindMethod((args, _, done) => done(null, {
    statusCode: StatusCodes.Good,
    outputArguments: [{ dataType: DataType.Double, value: args[0].value + args[1].value }],
  }));
  const raise = own.addMethod(device, { browseName: "Raise", nodeId: "s=Raise" });
  raise.bindMethod((_, __, done) => {
    device.raiseEvent("BaseEventType", {
      message: { dataType: DataType.LocalizedText, value: { text: "lid open" } },
      severity: { dataType: DataType.UInt16, value: 700 },
    });
    done(null, { statusCode: StatusCodes.Good });
  });
  await server.start();
  process.stdout.write("ready\n");
}

main(Number(process.argv[2]), process.argv[3]).catch((e) => { console.error(e); process.exit(1); });
