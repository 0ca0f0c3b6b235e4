import BenchmarkSupport

/// What follows the id in each answer, as one era writes it.
struct Texts {
  enum Era { case stateless, session }

  let era: Era
  let tools: UnsafeRawBufferPointer
  let discovered: UnsafeRawBufferPointer
  let resultStart: UnsafeRawBufferPointer
  let resultEnd: UnsafeRawBufferPointer
  let pong = immortal(#","result":{}}"#)
  let unknownMethod = immortal(#","error":{"code":-32601,"message":"Method not found"}}"#)
  let invalid = immortal(#","error":{"code":-32600,"message":"Invalid request"}}"#)
  let badCall = immortal(
    #","error":{"code":-32602,"message":"Unknown tool, or more than \#(Payload.bytesMax) bytes"}}"#
  )
  let unsupportedVersion = immortal(
    #","error":{"code":-32022,"message":"Unsupported protocol version","#
      + #""data":{"supported":["2026-07-28"]}}}"#)

  init(era: Era) {
    self.era = era
    let complete = era == .stateless ? #""resultType":"complete","# : ""
    let cached = era == .stateless ? #","ttlMs":3600000,"cacheScope":"public""# : ""
    let list = Texts.tools.joined(separator: ",")
    tools = immortal(#","result":{\#(complete)"tools":[\#(list)]\#(cached)}}"#)
    discovered = immortal(
      #","result":{\#(complete)"supportedVersions":["2026-07-28","2025-11-25"],"#
        + #""capabilities":{"tools":{}}\#(cached),"_meta":{"io.modelcontextprotocol/serverInfo":"#
        + #"{"name":"bench-upstream","version":"1"}}}}"#)
    resultStart = immortal(#","result":{\#(complete)"content":[{"type":"text","text":""#)
    resultEnd = immortal(#""}],"isError":false}}"#)
  }

  private static let tools = [
    #"{"name":"echo_100","description":"Answers 100 bytes.","#
      + #""inputSchema":{"type":"object","properties":{}},"annotations":{"readOnlyHint":true}}"#,
    #"{"name":"payload","description":"Answers as many bytes as asked for.","#
      + #""inputSchema":{"type":"object","properties":{"bytes":{"type":"integer","minimum":0,"#
      + #""maximum":\#(Payload.bytesMax)}},"required":["bytes"]},"#
      + #""annotations":{"readOnlyHint":true}}"#,
    #"{"name":"write_100","description":"Answers 100 bytes; stands for a tool that writes.","#
      + #""inputSchema":{"type":"object","properties":{}},"annotations":{"readOnlyHint":false}}"#,
    #"{"name":"progress","description":"Tells progress twice, then answers 100 bytes.","#
      + #""inputSchema":{"type":"object","properties":{}},"annotations":{"readOnlyHint":true}}"#,
  ]
}
