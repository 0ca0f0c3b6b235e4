import Glibc
import JSON
import Reactor
import Testing

@testable import MCP

/// The published schemas of the revisions, which stand beside the checkout where they are at hand.
private enum Published {
  static let folder: String? = {
    let checkout = #filePath.split(separator: "/").dropLast(3)
    let folder = "/" + checkout.dropLast().joined(separator: "/") + "/shared/data/mcp"
    return access("\(folder)/schema-2026-07-28.json", R_OK) == 0 ? folder : nil
  }()

  /// A definition of a revision's schema.
  static func schema(_ definition: String, of version: ProtocolVersion) throws -> JSONSchema {
    let folder = try #require(folder)
    let text = try read("\(folder)/schema-\(version).json")
    let document = try JSONDocument(
      parsing: text, limits: JSONLimits(bytes: 64 << 20, nodes: 4_000_000))
    let group = document.root[member: "$defs"] == nil ? "definitions" : "$defs"
    try #require(document.root[member: group]?[member: definition] != nil, "\(definition)")
    let reference = try JSONDocument(
      parsing: Array("{\"$ref\":\"https://mcp.example/schema#/\(group)/\(definition)\"}".utf8))
    return try JSONSchema(
      compiling: reference.root,
      dialect: group == "$defs" ? .draft2020_12 : .draft7,
      resources: ["https://mcp.example/schema": document.root])
  }

  private static func read(_ path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }
}

@Suite(
  "What is sent is valid against the published schemas",
  .enabled(
    if: Published.folder != nil, "the published schemas are not in ../shared/data/mcp"))
struct ClientFaceSchemaTests {
  private let encoder = ResponseEncoder(name: "gate", version: "1")

  private func check(
    _ node: JSONNode?, _ definition: String, _ version: ProtocolVersion,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let node = try #require(node)
    let violations = try Published.schema(definition, of: version).validate(node)
    #expect(
      violations.isEmpty, "\(version) \(definition): \(violations) in \(node)",
      sourceLocation: location)
  }

  private func check(
    message: [UInt8], _ definition: String, _ version: ProtocolVersion,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let node = try JSONDocument(parsing: message).root
    try check(node, "JSONRPCMessage", version, location)
    try check(node, definition, version, location)
  }

  /// One result of each kind, with everything that any revision has.
  private static let results: [(definition: String, text: String)] = {
    let annotations = #"{"audience":["user"],"priority":0.5,"lastModified":"2026-01-01T00:00:00Z"}"#
    let icons = #"[{"src":"https://a.example/i.png","mimeType":"image/png","sizes":["48x48"]}]"#
    let blocks = """
      {"type":"text","text":"t","annotations":\(annotations),"_meta":{"k":1}},\
      {"type":"image","data":"AAAA","mimeType":"image/png"},\
      {"type":"audio","data":"AAAA","mimeType":"audio/wav","annotations":\(annotations)},\
      {"type":"resource_link","uri":"a://1","name":"n","title":"t","icons":\(icons),"size":5,\
      "annotations":\(annotations),"_meta":{}},\
      {"type":"resource","resource":{"uri":"a://1","mimeType":"text/plain","text":"x","_meta":{}}},\
      {"type":"resource","resource":{"uri":"a://1","blob":"AAAA"},"_meta":{}}
      """
    let hints = #""ttlMs":1000,"cacheScope":"private","_meta":{"k":1}"#
    let messages = blocks.split(separator: ",{").map {
      #"{"role":"user","content":\#($0.hasPrefix("{") ? $0 : "{" + $0)}"#
    }
    return [
      (
        "ListToolsResult",
        """
        {"resultType":"complete","tools":[{"name":"a","title":"A","icons":\(icons),\
        "description":"d","inputSchema":{"type":"object","properties":{"x":{"type":"string"}}},\
        "outputSchema":{"type":"array","items":{}},"execution":{"taskSupport":"optional"},\
        "annotations":{"title":"B","readOnlyHint":true},"_meta":{"k":1}},\
        {"name":"b","inputSchema":{"type":"object"},"outputSchema":{"type":"object"}}],\
        "nextCursor":"",\(hints)}
        """
      ),
      (
        "CallToolResult",
        #"{"resultType":"complete","content":[\#(blocks)],"structuredContent":[1,"a"],"isError":true}"#
      ),
      ("CallToolResult", #"{"resultType":"complete","content":[],"structuredContent":"x"}"#),
      (
        "ListPromptsResult",
        """
        {"resultType":"complete","prompts":[{"name":"p","title":"P","icons":\(icons),\
        "arguments":[{"name":"x","title":"X","description":"d","required":true}]}],\(hints)}
        """
      ),
      (
        "GetPromptResult",
        #"{"resultType":"complete","description":"d","messages":[\#(messages.joined(separator: ","))]}"#
      ),
      (
        "ListResourcesResult",
        """
        {"resultType":"complete","resources":[{"uri":"a://1","name":"n","title":"t","size":1,\
        "icons":\(icons),"annotations":\(annotations),"mimeType":"a/b","_meta":{}}],\(hints)}
        """
      ),
      (
        "ListResourceTemplatesResult",
        """
        {"resultType":"complete","resourceTemplates":[{"uriTemplate":"a://{x}","name":"n",\
        "title":"t","icons":\(icons),"_meta":{}}],\(hints)}
        """
      ),
      (
        "ReadResourceResult",
        """
        {"resultType":"complete","contents":[{"uri":"a://1","text":"x","_meta":{"k":1}},\
        {"uri":"a://2","blob":"AAAA","mimeType":"a/b"}],\(hints)}
        """
      ),
      (
        "CompleteResult",
        #"{"resultType":"complete","completion":{"values":["a"],"total":1,"hasMore":false}}"#
      ),
    ]
  }()

  @Test("results of every kind", arguments: ProtocolVersion.supported)
  func results(version: ProtocolVersion) throws {
    for (definition, result) in Self.results {
      let message = encoder.encode(
        .relayed(try Sample.document(result)), to: RequestID(1), for: version)
      let node = try JSONDocument(parsing: message.joined).root
      try check(node, "JSONRPCMessage", version)
      try check(node[member: "result"], definition, version)
    }
  }

  @Test("an older revision's schema refuses what it does not have")
  func refuses() throws {
    for (version, block) in [
      (ProtocolVersion.v2024_11_05, #"{"type":"audio","data":"","mimeType":"a/b"}"#),
      (.v2025_03_26, #"{"type":"resource_link","uri":"a://1","name":"n"}"#),
    ] {
      let schema = try Published.schema("CallToolResult", of: version)
      #expect(!schema.isValid(try Sample.document("{\"content\":[\(block)]}")))
    }
  }

  @Test("errors of every kind", arguments: ProtocolVersion.supported)
  func errors(version: ProtocolVersion) throws {
    let definition = version >= .v2025_11_25 ? "JSONRPCErrorResponse" : "JSONRPCError"
    let request = MCPRequest(
      method: "resources/read", params: try Sample.document(#"{"uri":"a:1"}"#),
      client: ClientDescription(transport: .stdio, version: version), messageBytes: 1)
    for response: MCPResponse in [
      .failure(JSONRPCError(code: -32602, message: "m")),
      .relayedError(try Sample.document(#"{"code":-32602,"message":"m","data":[1]}"#)),
      .relayed(try Sample.document(#"{"resultType":"other"}"#)),
      .relayed(try Sample.document(#"{"resultType":"task"}"#)),
    ] {
      let message = encoder.encode(response, to: RequestID(1), for: version, answering: request)
      try check(message: message.joined, definition, version)
    }
  }

  @Test("the introduction", arguments: ProtocolVersion.supported)
  func introduction(version: ProtocolVersion) throws {
    var server = Sample.server
    server.instructions = "be kind"
    server.capabilities.extensions = ["io.modelcontextprotocol/tasks": Array("{}".utf8)]
    if version.era == .session {
      let result = try JSONDocument(parsing: OwnMessages.initialization(server, speaking: version))
      try check(result.root, "InitializeResult", version)
      #expect(result.root[member: "capabilities"]?[member: "extensions"] == nil)
    } else {
      let message = encoder.encode(
        .built(OwnMessages.discovery(server)), to: RequestID(1), for: version)
      try check(message: message.joined, "DiscoverResultResponse", version)
    }
  }

  @Test("notifications", arguments: ProtocolVersion.supported)
  func notifications(version: ProtocolVersion) throws {
    let subscription = version.era == .stateless ? RequestID(7) : nil
    for kind in ListKind.allCases {
      let name = String(kind.rawValue.dropLast())
      try check(
        message: OwnMessages.notification(.listChanged(kind), on: subscription),
        "\(name.prefix(1).uppercased())\(name.dropFirst())ListChangedNotification", version)
    }
    try check(
      message: OwnMessages.notification(.resourceUpdated(uri: "a://1"), on: subscription),
      "ResourceUpdatedNotification", version)
    if let subscription {
      try check(
        message: OwnMessages.acknowledgement(
          of: subscription,
          honouring: SubscriptionFilter(lists: [.tools, .resources], resources: ["a://1"])),
        "SubscriptionsAcknowledgedNotification", version)
      try check(
        message: ResponseEncoder(name: "a", version: "1").subscriptionEnd(subscription).joined,
        "SubscriptionsListenResultResponse", version)
    } else {
      try check(
        message: OwnMessages.cancelled(RequestID(3), reason: "late"), "CancelledNotification",
        version)
    }
  }

  @Test("tasks of 2025-11-25, on both sides")
  func tasks() throws {
    let version = ProtocolVersion.v2025_11_25
    var server = Sample.server
    server.capabilities.tasks = ServerCapabilities.Tasks(cancel: true)
    try check(
      JSONDocument(parsing: OwnMessages.initialization(server, speaking: version)).root,
      "InitializeResult", version)
    let dates = #""createdAt":"2026-01-01T00:00:00Z","lastUpdatedAt":"2026-01-01T00:00:00Z""#
    let state = #"{"taskId":"T","status":"working",\#(dates),"ttl":null}"#
    for (definition, result) in [
      ("CreateTaskResult", #"{"task":\#(state),"_meta":{"k":1}}"#), ("GetTaskResult", state),
      ("CancelTaskResult", state), ("GetTaskPayloadResult", #"{"content":[]}"#),
    ] {
      let message = encoder.encode(
        .relayed(try Sample.document(result)), to: RequestID(1), for: version)
      let node = try JSONDocument(parsing: message.joined).root
      try check(node, "JSONRPCMessage", version)
      try check(node[member: "result"], definition, version)
    }
    try check(
      message: OwnMessages.notification(.task(params: Array(state.utf8))),
      "TaskStatusNotification", version)
    for (definition, method, params) in [
      ("CallToolRequest", "tools/call", #"{"name":"t","task":{"ttl":5}}"#),
      ("GetTaskRequest", "tasks/get", "{}"), ("GetTaskPayloadRequest", "tasks/result", "{}"),
      ("CancelTaskRequest", "tasks/cancel", #"{"_meta":{"progressToken":1}}"#),
    ] {
      let request = UpstreamRequest(
        method: method, params: try Sample.document(params),
        target: method == "tools/call" ? .name("t") : .task("inner"), timeout: .seconds(1))
      try check(
        message: UpstreamRequestEncoder.encode(request, id: 3, to: version), definition, version)
    }
  }

  @Test("requests to a session's client", arguments: ProtocolVersion.negotiable)
  func requests(version: ProtocolVersion) throws {
    let declared = try Sample.document(
      #"{"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}}}"#)
    let client = ClientDescription(transport: .stdio, version: version, capabilities: declared)
    var asked = [
      ("ListRootsRequest", #"{"method":"roots/list"}"#),
      (
        "CreateMessageRequest",
        #"{"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"x"}}],"maxTokens":5}}"#
      ),
    ]
    if version >= .v2025_06_18 {
      asked.append(
        (
          "ElicitRequest",
          #"{"method":"elicitation/create","params":{"message":"?","requestedSchema":{"type":"object","properties":{"a":{"type":"string"}}}}}"#
        ))
    }
    if version >= .v2025_11_25 {
      asked.append(
        (
          "ElicitRequest",
          #"{"method":"elicitation/create","params":{"mode":"url","message":"?","url":"https://a.example/"}}"#
        ))
    }
    for (definition, request) in asked {
      let round = try #require(
        InputRound(
          try Sample.document(
            #"{"resultType":"input_required","inputRequests":{"k":\#(request)}}"#)))
      let message = try MCP.ServerRequest(round.requests[0], id: RequestID(9), of: client).message
      try check(message: message, definition, version)
    }
  }

  @Test("what is asked of a stateless client")
  func inputRequired() throws {
    let result = """
      {"resultType":"input_required","inputRequests":{"k":{"method":"roots/list"}},\
      "requestState":"s"}
      """
    let message = encoder.encode(
      .relayed(try Sample.document(result)), to: RequestID(1), for: .latest)
    try check(
      JSONDocument(parsing: message.joined).root[member: "result"], "InputRequiredResult", .latest)
  }
}
