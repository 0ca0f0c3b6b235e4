import JSON
import Reactor
import TestSupport
import Testing

@testable import MCP

@Suite("The machine of the stdio client face")
struct ClientFaceStdioMachineTests {
  private let zero = MonotonicTime(nanoseconds: 0)

  private func make(_ edit: (inout ClientFaceLimits) -> Void = { _ in }) -> StdioMachine {
    var limits = ClientFaceLimits()
    edit(&limits)
    return StdioMachine(name: "gate", version: "1", limits: limits)
  }

  /// Actions in short; introductions are made at once.
  private func brief(_ actions: [StdioMachine.Action], _ machine: inout StdioMachine) -> [String] {
    var texts: [String] = []
    for action in actions {
      switch action {
      case .write(let message): texts.append(brief(message.joined))
      case .introduce(let introduction):
        texts += brief(machine.introduce(introduction, as: Sample.server), &machine)
      case .serve(let number, let request):
        texts.append("serve \(number) \(request.method) \(request.client.version)")
      case .cancel(let number): texts.append("cancel \(number)")
      case .listen(let number, let filter, let request):
        let lists = filter.lists.map(\.rawValue).sorted()
        texts.append(
          "listen \(number) \(request.method) \(lists + filter.resources + filter.tasks)")
      case .unlisten(let number): texts.append("unlisten \(number)")
      case .rootsChanged: texts.append("roots")
      case .refused(let request): texts.append("refused \(request.kind)")
      }
    }
    return texts
  }

  private func brief(_ message: [UInt8]) -> String {
    guard let node = try? JSONDocument(parsing: message).root else { return "bad JSON" }
    guard node.kind == .object else {
      return "[\(node.elements.map { brief(Array($0.raw)) }.joined(separator: ", "))]"
    }
    let id = node[member: "id"].map { text($0.raw) } ?? "-"
    if let code = node[member: "error"]?[member: "code"]?.int64 { return "\(id): \(code)" }
    return "\(id): \(node[member: "method"]?.string ?? "result")"
  }

  private func receive(_ machine: inout StdioMachine, _ line: String) -> [String] {
    brief(machine.receive(.line(Array(line.utf8))), &machine)
  }

  private func answer(_ machine: inout StdioMachine, _ number: UInt64, _ result: String = "{}")
    -> [String]
  {
    brief(machine.answer(number, .built(Array(result.utf8)), now: zero), &machine)
  }

  /// A machine in a session that has everything declared.
  private func session(_ version: String, _ edit: (inout ClientFaceLimits) -> Void = { _ in })
    -> StdioMachine
  {
    var machine = make(edit)
    let initialize = Sample.initialize(version).replacing(
      #"{"roots":{}}"#,
      with: #"{"roots":{},"sampling":{},"elicitation":{"form":{},"url":{}}}"#)
    #expect(receive(&machine, initialize) == ["0: result"])
    #expect(
      receive(&machine, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        == [#"listen 1 initialize ["prompts", "resources", "tools"]"#])
    return machine
  }

  private let asks = """
    {"resultType":"input_required","inputRequests":{\
    "a":{"method":"roots/list"},"b":{"method":"elicitation/create","params":{"message":"?"}}},\
    "requestState":"s"}
    """

  // MARK: tasks

  @Test("a session is told of a task that it began, until that is over")
  func followsTasks() throws {
    var machine = session("2025-11-25") { $0.maxTasksPerSession = 1 }
    let call = #"{"name":"t","task":{}}"#
    let created = #"{"task":{"taskId":"T","status":"working"}}"#
    #expect(
      receive(&machine, Sample.session("tools/call", id: "2", params: call))
        == ["serve 2 tools/call 2025-11-25"])
    #expect(
      answer(&machine, 2, created) == ["2: result", #"listen 3 subscriptions/listen ["T"]"#])
    // The bound: another is not listened to.
    _ = receive(&machine, Sample.session("tools/call", id: "3", params: call))
    #expect(answer(&machine, 4, created) == ["3: result"])

    func told(_ status: String, isBlocked: Bool = false) -> [String] {
      let state = ServerNotification.task(
        params: Array(#"{"taskId":"T","status":"\#(status)"}"#.utf8))
      return brief(machine.told(3, state, isBlocked: isBlocked), &machine)
    }
    #expect(told("working") == [], "before it is acknowledged it waits")
    #expect(
      brief(machine.listened(3, .success(SubscriptionFilter(tasks: ["T"]))), &machine)
        == ["-: notifications/tasks/status"])
    #expect(told("input_required", isBlocked: true) == [])
    #expect(brief(machine.drained(), &machine) == ["-: notifications/tasks/status"])
    #expect(told("completed") == ["-: notifications/tasks/status", "unlisten 3"])
    #expect(told("working") == [])
    _ = receive(&machine, Sample.session("tools/call", id: "4", params: call))
    #expect(
      answer(&machine, 5, #"{"task":{"taskId":"T","status":"failed"}}"#) == ["4: result"],
      "it is over already")
  }

  // MARK: eras

  @Test("both eras in one process, also initialize after a successful discover")
  func bothEras() {
    var machine = make()
    #expect(receive(&machine, Sample.stateless("server/discover", id: "0")) == ["0: result"])
    #expect(receive(&machine, Sample.initialize("2025-11-25", id: "1")) == ["1: result"])
    #expect(
      receive(&machine, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        == [#"listen 1 initialize ["prompts", "resources", "tools"]"#])
    #expect(
      receive(&machine, Sample.session("tools/list", id: "2"))
        == ["serve 2 tools/list 2025-11-25"])
    #expect(receive(&machine, Sample.call("echo", id: "3")) == ["serve 3 tools/call 2026-07-28"])
    // The stateless `_meta` with a session's version in it is a request of the session.
    let hybrid = Sample.call("echo", id: "4").replacing("2026-07-28", with: "2025-11-25")
    #expect(receive(&machine, hybrid) == ["serve 4 tools/call 2025-11-25"])
    #expect(receive(&machine, Sample.session("ping", id: "5")) == ["5: result"])
  }

  @Test("a request of no era is told what to send first")
  func noEra() {
    var machine = make()
    #expect(
      receive(&machine, Sample.session("tools/list")) == ["1: -32600", "refused unsupported"])
    #expect(
      receive(&machine, Sample.session("server/discover")) == ["1: -32602", "refused malformed"])
    #expect(receive(&machine, Sample.session("ping")) == ["1: result"])
    for method in ["ping", "initialize", "logging/setLevel", "resources/subscribe"] {
      #expect(
        receive(&machine, Sample.stateless(method)) == ["1: -32601", "refused unsupported"])
    }
  }

  @Test(
    "initialize with a newer version than is known selects the newest of the session era",
    arguments: [
      ("2026-07-28", "2025-11-25"), ("2099-01-01", "2025-11-25"), ("2024-11-05", "2024-11-05"),
    ])
  func newer(asked: String, given: String) {
    var machine = make()
    _ = receive(&machine, Sample.initialize(asked))
    #expect(machine.session?.client.version.rawValue == given)
  }

  @Test(
    "every method of its era reaches what stands behind",
    arguments: [
      "tools/list", "prompts/list", "prompts/get", "resources/list", "resources/templates/list",
      "resources/read", "completion/complete",
    ])
  func methods(method: String) {
    var machine = session("2025-06-18")
    #expect(receive(&machine, Sample.session(method)) == ["serve 2 \(method) 2025-06-18"])
    #expect(
      receive(&machine, Sample.stateless(method, id: "2")) == ["serve 3 \(method) 2026-07-28"])
  }

  @Test("each era has its own methods for tasks")
  func taskMethods() {
    var machine = session("2025-11-25")
    let refused = ["1: -32601", "refused unsupported"]
    for (method, isStateless, isOfSession) in [
      ("tasks/get", true, true), ("tasks/cancel", true, true), ("tasks/update", true, false),
      ("tasks/result", false, true), ("tasks/list", false, false),
    ] {
      for (line, isKnown) in [
        (Sample.stateless(method), isStateless), (Sample.session(method), isOfSession),
      ] {
        let answer = receive(&machine, line)
        #expect(answer.first?.hasPrefix("serve") == isKnown, "\(line)")
        if isKnown {
          #expect(machine.cancel(RequestID(1)).count == 1)
        } else {
          #expect(answer == refused)
        }
      }
    }
  }

  @Test("a view is chosen by the first message, and only there")
  func endpoint() {
    var machine = make()
    let choice = text(Endpoint.server("github").notification)
    #expect(receive(&machine, choice) == [])
    #expect(machine.endpoint == .server("github"))
    #expect(receive(&machine, text(Endpoint.profile("work").notification)) == [])
    #expect(machine.endpoint == .server("github"))
    guard
      case .introduce(let introduction)? = machine.receive(
        .line(Array(Sample.initialize("2025-11-25").utf8))
      ).first
    else {
      Issue.record("not introduced")
      return
    }
    #expect(
      brief(machine.introduce(introduction, as: nil), &machine)
        == ["0: -32602", "refused unsupported"])
    #expect(machine.session == nil)
  }

  // MARK: ids, cancelling

  @Test("an id keeps its type, and can be used again once it is answered")
  func requestIDs() {
    var machine = make()
    #expect(receive(&machine, Sample.call("a", id: "1")).count == 1)
    #expect(
      receive(&machine, Sample.call("b", id: "1")) == ["1: -32600", "refused malformed"])
    #expect(
      receive(&machine, Sample.call("b", id: "\"1\"")) == ["serve 2 tools/call 2026-07-28"])
    #expect(answer(&machine, 2) == ["\"1\": result"])
    #expect(answer(&machine, 1) == ["1: result"])
    #expect(receive(&machine, Sample.call("b", id: "1")) == ["serve 3 tools/call 2026-07-28"])
  }

  @Test("a cancelled call's answer is discarded, also when its id is used again")
  func cancellation() {
    var machine = make()
    _ = receive(&machine, Sample.call("a", id: "1"))
    #expect(receive(&machine, Sample.cancelled("\"1\"")) == [])
    #expect(receive(&machine, Sample.cancelled("1")) == ["cancel 1"])
    #expect(receive(&machine, Sample.cancelled("1")) == [])
    _ = receive(&machine, Sample.call("a", id: "1"))
    #expect(answer(&machine, 1) == [])
    #expect(answer(&machine, 2) == ["1: result"])
    #expect(machine.callCount == 0)
  }

  @Test("what is not a message is answered without an id and recorded")
  func malformed() {
    var machine = make()
    #expect(receive(&machine, "{") == ["null: -32700", "refused malformed"])
    #expect(receive(&machine, #"{"a":1,"a":2}"#) == ["null: -32700", "refused malformed"])
    #expect(receive(&machine, "[]") == ["null: -32600", "refused malformed"])
    #expect(receive(&machine, #"{"jsonrpc":"2.0","id":7}"#) == ["7: -32600", "refused malformed"])
    guard case .refused(let request)? = machine.receive(.overlong).last else {
      Issue.record("not recorded")
      return
    }
    #expect(request.kind == .tooLarge)
  }

  @Test("calls being served are bounded")
  func bound() {
    var machine = make { $0.maxCallsPerSession = 1 }
    _ = receive(&machine, Sample.call("a", id: "1"))
    #expect(
      receive(&machine, Sample.call("a", id: "2")) == ["2: -32600", "refused unsupported"])
  }

  @Test("numbers, escapes and the order of members pass a question unchanged")
  func fidelity() throws {
    var machine = session("2025-11-25")
    let arguments =
      #"{"big":12345678901234567890,"f":1.0,"e":1E+2,"s":"\u0041\/","z":{"b":1,"a":2}}"#
    _ = receive(
      &machine, Sample.session("tools/call", params: #"{"name":"x","arguments":\#(arguments)}"#))
    _ = answer(&machine, 2, asks)
    _ = receive(&machine, #"{"jsonrpc":"2.0","id":3,"result":{"n":-0.0}}"#)
    guard
      case .serve(_, let retry)? = machine.receive(
        .line(Array(#"{"jsonrpc":"2.0","id":4,"result":{"b":1,"a":"\u0041"}}"#.utf8))
      ).first
    else {
      Issue.record("not called again")
      return
    }
    #expect(
      retry.params?.description
        == #"{"name":"x","arguments":\#(arguments),"inputResponses":{"a":{"n":-0.0},"b":{"b":1,"a":"\u0041"}},"requestState":"s"}"#
    )
  }

  // MARK: log levels

  @Test("logging/setLevel holds for the requests that follow")
  func logLevel() {
    var machine = session("2025-11-25")
    func level(_ actions: [StdioMachine.Action]) -> LogLevel? {
      if case .serve(_, let request)? = actions.first { request.logLevel } else { nil }
    }
    func send(_ line: String) -> [StdioMachine.Action] { machine.receive(.line(Array(line.utf8))) }
    #expect(level(send(Sample.session("tools/list", id: "1"))) == .info)
    #expect(
      receive(&machine, Sample.session("logging/setLevel", id: "2", params: #"{"level":"error"}"#))
        == ["2: result"])
    #expect(level(send(Sample.session("tools/list", id: "3"))) == .error)
    #expect(
      receive(&machine, Sample.session("logging/setLevel", id: "4", params: #"{"level":"loud"}"#))
        == ["4: -32602", "refused malformed"])
    // The stateless era says so with each request, or wants none.
    #expect(level(send(Sample.call("a", id: "5"))) == nil)
    let wanting = Sample.call("a", id: "6").replacing(
      "\"_meta\":{", with: "\"_meta\":{\"io.modelcontextprotocol/logLevel\":\"debug\",")
    #expect(level(send(wanting)) == .debug)
    #expect(
      receive(
        &machine, wanting.replacing("debug", with: "x").replacing("\"id\":6", with: "\"id\":7"))
        == ["7: -32602", "refused malformed"])
  }

  // MARK: questions

  @Test("a session's client is asked with ids of our own, and its answers go back")
  func questions() {
    var machine = session("2025-11-25")
    _ = receive(&machine, Sample.session("tools/call", id: "3"))
    #expect(answer(&machine, 2, asks) == ["3: roots/list", "4: elicitation/create"])
    // The client's own request with the same number is another.
    #expect(receive(&machine, Sample.session("tools/list", id: "4")).count == 1)
    #expect(receive(&machine, #"{"jsonrpc":"2.0","id":4,"result":{"action":"decline"}}"#) == [])
    #expect(receive(&machine, #"{"jsonrpc":"2.0","id":4,"result":{"action":"accept"}}"#) == [])
    #expect(receive(&machine, #"{"jsonrpc":"2.0","id":"3","result":{}}"#) == [])
    #expect(
      receive(&machine, #"{"jsonrpc":"2.0","id":3,"error":{"code":-1,"message":"no"}}"#)
        == ["serve 2 tools/call 2025-11-25"])
    #expect(answer(&machine, 2) == ["3: result"])
  }

  @Test("what the client did not declare is not asked")
  func undeclared() throws {
    var machine = make()
    _ = receive(&machine, Sample.initialize("2025-11-25"))
    _ = receive(&machine, Sample.session("tools/call"))
    // Only roots are declared.
    #expect(answer(&machine, 2, asks) == ["3: roots/list"])
    guard
      case .serve(_, let retry)? = machine.receive(
        .line(Array(#"{"jsonrpc":"2.0","id":3,"result":{"roots":[]}}"#.utf8))
      ).first
    else {
      Issue.record("not called again")
      return
    }
    let error = retry.params?[member: "inputResponses"]?[member: "b"]?[
      member: "dev.sallyport/error"]
    #expect(error?[member: "code"]?.int64 == -32601)
    #expect(error?[member: "message"]?.string?.contains("elicitation.form") == true)
  }

  @Test("a state alone is handed back at once, ten times at most")
  func rounds() {
    var machine = session("2025-11-25")
    _ = receive(&machine, Sample.session("tools/call"))
    let again = #"{"resultType":"input_required","requestState":"s"}"#
    for _ in 1...10 { #expect(answer(&machine, 2, again) == ["serve 2 tools/call 2025-11-25"]) }
    #expect(answer(&machine, 2, again) == ["1: -32603"])
    #expect(machine.callCount == 0)
  }

  @Test("a call that is cancelled while it asks declines for the client, who is told")
  func cancelledQuestion() {
    var machine = session("2025-11-25")
    _ = receive(&machine, Sample.session("tools/call"))
    _ = answer(&machine, 2, asks)
    #expect(
      receive(&machine, Sample.cancelled("1")) == [
        "-: notifications/cancelled", "-: notifications/cancelled",
        "serve 2 tools/call 2025-11-25",
      ])
    #expect(machine.callCount == 0)
    // Late answers reach nobody.
    #expect(receive(&machine, #"{"jsonrpc":"2.0","id":3,"result":{}}"#) == [])
    #expect(answer(&machine, 2, asks) == [])
  }

  @Test("questions have a time")
  func expiry() {
    var machine = session("2025-11-25") { $0.inputTime = .seconds(5) }
    #expect(machine.deadline == nil)
    _ = receive(&machine, Sample.session("tools/call"))
    _ = answer(&machine, 2, asks)
    #expect(machine.deadline == zero + .seconds(5))
    _ = receive(&machine, #"{"jsonrpc":"2.0","id":3,"result":{}}"#)
    #expect(brief(machine.expire(now: zero + .seconds(4)), &machine) == [])
    #expect(
      brief(machine.expire(now: zero + .seconds(5)), &machine)
        == ["-: notifications/cancelled", "serve 2 tools/call 2025-11-25"])
    #expect(machine.deadline == nil)
  }

  @Test("an extension's kind of result reaches nobody who did not declare it")
  func extensions() {
    let task = #"{"resultType":"task","taskId":"t","status":"working"}"#
    var machine = session("2025-11-25")
    _ = receive(&machine, Sample.session("tools/call", id: "1"))
    #expect(answer(&machine, 2, task) == ["1: -32603"])
    _ = receive(&machine, Sample.call("a", id: "2"))
    #expect(answer(&machine, 3, task) == ["2: -32021"])
    _ = receive(
      &machine,
      Sample.call("a", id: "3").replacing(
        "clientCapabilities\":{}",
        with: "clientCapabilities\":{\"extensions\":{\"io.modelcontextprotocol/tasks\":{}}}"))
    #expect(answer(&machine, 4, task) == ["3: result"])
    _ = receive(&machine, Sample.call("a", id: "4"))
    #expect(answer(&machine, 5, task.replacing("task\"", with: "other\"")) == ["4: -32603"])
  }

  // MARK: listening

  @Test("a subscription is acknowledged before it is told anything")
  func acknowledgedFirst() {
    var machine = make()
    let listen = Sample.stateless(
      "subscriptions/listen", id: "\"l\"",
      params: #""notifications":{"toolsListChanged":true,"promptsListChanged":false}"#)
    #expect(receive(&machine, listen) == [#"listen 1 subscriptions/listen ["tools"]"#])
    for _ in 1...3 {
      #expect(machine.told(1, .listChanged(.tools), isBlocked: false).isEmpty)
    }
    #expect(
      brief(machine.listened(1, .success(SubscriptionFilter(lists: [.tools]))), &machine) == [
        "-: notifications/subscriptions/acknowledged", "-: notifications/tools/list_changed",
      ])
    #expect(
      receive(&machine, Sample.cancelled("\"l\"")) == ["\"l\": result", "unlisten 1"])
    #expect(machine.told(1, .listChanged(.tools), isBlocked: false).isEmpty)
  }

  @Test("a client that does not read is told once when it does")
  func blocked() {
    var machine = session("2025-11-25")
    _ = machine.listened(1, .success(SubscriptionFilter(lists: [.tools, .prompts])))
    for _ in 1...5 {
      #expect(machine.told(1, .listChanged(.tools), isBlocked: true).isEmpty)
      #expect(machine.told(1, .listChanged(.prompts), isBlocked: true).isEmpty)
    }
    #expect(
      brief(machine.drained(), &machine) == [
        "-: notifications/tools/list_changed", "-: notifications/prompts/list_changed",
      ])
    #expect(machine.drained().isEmpty)
  }

  @Test("a subscription that is cancelled before it began is not left listening")
  func cancelledEarly() {
    var machine = make()
    _ = receive(
      &machine, Sample.stateless("subscriptions/listen", params: #""notifications":{}"#))
    #expect(receive(&machine, Sample.cancelled("1")) == ["1: result"])
    #expect(
      brief(machine.listened(1, .success(SubscriptionFilter())), &machine) == ["unlisten 1"])
  }

  @Test("subscriptions, and what they name, are bounded and checked")
  func subscriptionBounds() {
    var machine = make {
      $0.maxStreamsPerSession = 1
      $0.maxSubscribedNames = 2
    }
    for filter in [
      "5", #"{"toolsListChanged":1}"#, #"{"resourceSubscriptions":"a"}"#,
      #"{"resourceSubscriptions":[5]}"#, #"{"taskIds":["a","b","c"]}"#,
    ] {
      #expect(
        receive(
          &machine, Sample.stateless("subscriptions/listen", params: "\"notifications\":\(filter)"))
          == ["1: -32602", "refused malformed"])
    }
    let listen = #""notifications":{"resourceSubscriptions":["a","b"],"other":1}"#
    #expect(receive(&machine, Sample.stateless("subscriptions/listen", params: listen)).count == 1)
    #expect(
      receive(&machine, Sample.stateless("subscriptions/listen", id: "2", params: listen))
        == ["2: -32600", "refused unsupported"])
  }

  @Test("a resource that may not be listened to is not found")
  func resourceNotHonoured() {
    var machine = session("2025-11-25")
    let subscribe = Sample.session("resources/subscribe", params: #"{"uri":"a:1"}"#)
    #expect(receive(&machine, subscribe) == [#"listen 2 resources/subscribe ["a:1"]"#])
    #expect(
      brief(machine.listened(2, .success(SubscriptionFilter())), &machine)
        == ["1: -32002", "unlisten 2"])
    #expect(receive(&machine, subscribe) == [#"listen 3 resources/subscribe ["a:1"]"#])
    #expect(
      brief(
        machine.listened(3, .failure(JSONRPCError(code: -32001, message: "denied"))), &machine)
        == ["1: -32001"])
    #expect(
      receive(&machine, Sample.session("resources/unsubscribe", params: #"{"uri":"a:1"}"#))
        == ["1: result"])
  }

  @Test("initialize again ends what the session before listened to")
  func again() {
    var machine = session("2025-11-25")
    _ = machine.listened(1, .success(SubscriptionFilter(lists: [.tools])))
    #expect(
      receive(&machine, Sample.initialize("2025-06-18", id: "9")) == ["unlisten 1", "9: result"])
    // One that never says it is initialized listens from its first request on.
    #expect(
      receive(&machine, Sample.session("tools/list")) == [
        #"listen 2 initialize ["prompts", "resources", "tools"]"#, "serve 3 tools/list 2025-06-18",
      ])
  }

  // MARK: batches

  @Test("a batch of 2025-03-26 is answered as one, when its last answer is there")
  func batch() {
    var machine = session("2025-03-26")
    let calls = [
      Sample.session("tools/call", id: "1"), Sample.session("ping", id: "2"),
      #"{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"#, "7",
      Sample.session("tools/list", id: "3"), Sample.session("tools/list", id: "4"),
      Sample.initialize("2025-03-26", id: "5"), Sample.call("a", id: "6"),
    ]
    #expect(
      receive(&machine, "[\(calls.joined(separator: ","))]") == [
        "serve 3 tools/call 2025-03-26", "roots", "refused malformed",
        "serve 4 tools/list 2025-03-26", "serve 5 tools/list 2025-03-26", "refused unsupported",
        "refused unsupported",
      ])
    #expect(answer(&machine, 4) == [])
    #expect(receive(&machine, Sample.cancelled("4")) == ["cancel 5"])
    #expect(
      answer(&machine, 3) == [
        "[2: result, null: -32600, 5: -32600, 6: -32600, 3: result, 1: result]"
      ])
    #expect(machine.batches.isEmpty)
  }

  @Test("a batch that wants no answer gets none, and one that is empty or too long is refused")
  func batchBounds() {
    var machine = session("2025-03-26") { $0.maxBatchMessages = 2 }
    let note = #"{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}"#
    #expect(receive(&machine, "[\(note),\(note)]") == ["roots", "roots"])
    #expect(receive(&machine, "[]") == ["null: -32600", "refused malformed"])
    #expect(
      receive(&machine, "[\(note),\(note),\(note)]") == ["null: -32600", "refused malformed"])
    let call = Sample.session("tools/call", id: "1")
    #expect(receive(&machine, "[\(call)]").count == 1)
    #expect(receive(&machine, Sample.cancelled("1")).count == 1)
    #expect(machine.batches.isEmpty)
  }

  @Test("only sessions of 2025-03-26 have batches", arguments: ["2024-11-05", "2025-06-18"])
  func noBatches(version: String) {
    var machine = session(version)
    #expect(
      receive(&machine, "[\(Sample.session("ping"))]") == ["null: -32600", "refused malformed"])
  }

  @Test("answers to what is asked may come in a batch")
  func batchedAnswers() {
    var machine = session("2025-03-26")
    _ = receive(&machine, Sample.session("tools/call"))
    _ = answer(&machine, 2, asks)
    #expect(
      receive(
        &machine,
        #"[{"jsonrpc":"2.0","id":3,"result":{}},{"jsonrpc":"2.0","id":4,"result":{}}]"#)
        == ["serve 2 tools/call 2025-03-26"])
  }

  // MARK: all together

  @Test("however a client behaves, each request gets one answer", arguments: 0..<100)
  func storm(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var machine = make { $0.maxCallsPerSession = 4 }
    var running: [UInt64] = []
    var starting: [UInt64] = []
    var wanted: [String: Int] = [:]
    var answered: [String: Int] = [:]
    func count(_ message: JSONNode) {
      for node in message.kind == .array ? Array(message.elements) : [message] {
        guard node[member: "method"] == nil, let id = node[member: "id"] else { continue }
        answered[id.description, default: 0] += 1
      }
    }
    func perform(_ actions: [StdioMachine.Action]) throws {
      for action in actions {
        switch action {
        case .write(let message): count(try JSONDocument(parsing: message.joined).root)
        case .introduce(let introduction):
          try perform(machine.introduce(introduction, as: Sample.server))
        case .serve(let number, _): running.append(number)
        case .listen(let number, _, _): starting.append(number)
        case .cancel, .unlisten, .rootsChanged, .refused: break
        }
      }
    }
    var cancelled: Set<String> = []
    for step in 0..<300 {
      // An id is never used twice here, so that answers can be counted by it.
      let id = "\(step + 1000)"
      let line =
        switch Int.random(in: 0..<14, using: &random) {
        case 0: Sample.initialize("2025-03-26", id: id)
        case 1: Sample.session("tools/list", id: id)
        case 2, 3: Sample.call("echo", id: id)
        case 4: Sample.session("ping", id: id)
        case 5: "[\(Sample.session("tools/call", id: id))]"
        case 6: Sample.stateless("nonsense", id: id)
        case 7: Sample.session("tools/call", id: id)
        case 8: Sample.stateless("subscriptions/listen", id: id, params: "\"notifications\":{}")
        case 9: Sample.session("resources/subscribe", id: id, params: #"{"uri":"a:\#(step % 3)"}"#)
        case 10: #"{"jsonrpc":"2.0","id":\#(Int.random(in: 1..<200, using: &random)),"result":{}}"#
        case 11: Sample.cancelled("\(Int.random(in: 1000..<1300, using: &random))")
        default: ""
        }
      if line.contains("cancelled") {
        cancelled.insert(String(line.split(separator: ":").last?.prefix(4) ?? ""))
      } else if line.hasPrefix("["), machine.session == nil {
        // Refused as a whole, without an id.
      } else if !line.isEmpty, !line.contains(#""result":{}"#) {
        wanted[id] = 1
      }
      if !line.isEmpty {
        try perform(machine.receive(.line(Array(line.utf8))))
      } else if Bool.random(using: &random), !starting.isEmpty {
        try perform(
          machine.listened(
            starting.removeFirst(),
            .success(SubscriptionFilter(resources: ["a:0", "a:1"]))))
      } else if let index = running.indices.randomElement(using: &random) {
        let result = Bool.random(using: &random) ? "{}" : asks
        try perform(
          machine.answer(running.remove(at: index), .built(Array(result.utf8)), now: zero))
      }
      #expect(machine.callCount <= 4)
    }
    try perform(machine.end())
    while let number = starting.popLast() {
      try perform(machine.listened(number, .success(SubscriptionFilter())))
    }
    while let number = running.popLast() {
      try perform(machine.answer(number, .built([0x7B, 0x7D]), now: zero))
    }
    #expect(machine.callCount == 0 && machine.batches.isEmpty && machine.asking.isEmpty)
    for id in wanted.keys {
      let count = answered[id, default: 0]
      #expect(cancelled.contains(id) ? count <= 1 : count == 1, "\(id): \(count)")
    }
  }
}
