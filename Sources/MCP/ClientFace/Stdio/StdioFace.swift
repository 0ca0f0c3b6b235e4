public import Reactor

import Glibc

/// The stdio client face: serves one MCP client on a pair of descriptors, both eras.
/// Confined to its loop. The process must ignore `SIGPIPE`.
public final class StdioFace<Handler: RequestHandler>: @unchecked Sendable {
  // Confined to its loop.
  private let loop: EventLoop
  private let handler: Handler
  private let credential: Credential
  private let endpoint: Endpoint
  private let limits: ClientFaceLimits
  private let grace: Duration
  private let input: Int32
  private let output: StdioOutput

  private var framer: LineFramer
  private var reading: Registration?
  private var readsFile = false
  private var isPaused = false
  private var hasEnded = false
  private var calls: [UInt64: Call] = [:]
  private var listenings: [UInt64: Listening] = [:]
  /// Records being written and listenings being begun.
  private var tasksUnderWay = 0
  private var questionTimer: LoopTimer?
  private var questionDeadline: MonotonicTime?
  private weak var serving: Serving?
  private var ending: UnsafeContinuation<Void, Never>?
  private var graceTimer: LoopTimer?

  /// - Parameters:
  ///   - credential: who the client is: the user of this process, or a token from its environment.
  ///   - endpoint: what the client sees, unless its first message chooses another view.
  ///   - input, output: read and written, never closed.
  ///   - grace: how long calls may go on after the input ended.
  public init(
    loop: EventLoop, handler: Handler, credential: Credential,
    endpoint: Endpoint = .everything, input: Int32 = 0, output: Int32 = 1,
    limits: ClientFaceLimits = ClientFaceLimits(),
    grace: Duration = .seconds(10)
  ) {
    self.loop = loop
    self.handler = handler
    self.credential = credential
    self.endpoint = endpoint
    self.limits = limits
    self.grace = grace
    self.input = input
    self.output = StdioOutput(loop: loop, fd: output)
    framer = LineFramer(maxLineBytes: limits.maxMessageBytes)
  }

  /// Serves until the client closes its end or goes away, and its calls are done or the grace is
  /// over. Call it in a task of the loop.
  /// - Throws: when the credential is not accepted; nothing has been read then.
  public func run() async throws(AuthenticationFailure) {
    loop.preconditionCurrent()
    let principal = try await handler.authenticate(credential, transport: .stdio, peer: nil)
    let box = Serving(
      machine: StdioMachine(endpoint: endpoint, limits: limits), principal: principal)
    output.onDrained = { [weak self] in self?.outputDrained(box) }
    serving = box
    read(box)
    await withUnsafeContinuation { continuation in
      ending = continuation
      finishIfDone()
    }
    listenings.values.forEach { $0.end() }
    listenings = [:]
    graceTimer?.cancel()
    questionTimer?.cancel()
    reading?.cancel()
    output.onDrained = nil
    output.close()
  }

  /// Takes no more input, as if the client had closed its end.
  public func stop() {
    loop.preconditionCurrent()
    if let serving { end(serving) }
  }

  // What belongs to a run: the machine and for whom it works. Confined to the loop.
  private final class Serving: @unchecked Sendable {
    var machine: StdioMachine
    let principal: Handler.Principal
    init(machine: StdioMachine, principal: Handler.Principal) {
      self.machine = machine
      self.principal = principal
    }
  }

  /// A call under way. Confined to the loop, but for its notifications.
  private final class Call: @unchecked Sendable {
    let notifications: NotificationQueue
    /// Set before it runs.
    var task: Task<Void, Never>?
    init(limits: ClientFaceLimits) { notifications = NotificationQueue(limits: limits) }
  }

  // MARK: input

  private func read(_ serving: Serving) {
    do {
      reading = try loop.register(input, for: .read) { [weak self] _ in self?.readOnce(serving) }
    } catch {
      // A file: it cannot be watched and never makes a reader wait.
      readsFile = true
      readFile(serving)
    }
  }

  private func readFile(_ serving: Serving) {
    loop.executeConfined { [self] in
      guard !hasEnded, !isPaused else { return }
      readOnce(serving)
      readFile(serving)
    }
  }

  private func readOnce(_ serving: Serving) {
    guard !hasEnded else { return }
    var result = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      result = Glibc.read(input, buffer.baseAddress, buffer.count)
      count = max(0, result)
    }
    if result < 0, errno == EINTR || errno == EAGAIN { return }
    framer.push(chunk) { self.take($0, serving) }
    if result <= 0 {
      framer.finish { self.take($0, serving) }
      end(serving)
    }
    pauseOrResume(serving)
  }

  private func take(_ event: LineFramer.Event, _ serving: Serving) {
    perform(serving.machine.receive(event), serving)
  }

  // MARK: actions

  private func perform(_ actions: [StdioMachine.Action], _ serving: Serving) {
    for action in actions {
      switch action {
      case .write(let message): output.send(message)
      case .cancel(let number): calls[number]?.task?.cancel()
      case .introduce(let introduction):
        let server = handler.describe(to: serving.principal, at: serving.machine.endpoint)
        perform(serving.machine.introduce(introduction, as: server), serving)
      case .refused(let request):
        spawn { [self] in await handler.refused(request, principal: serving.principal) }
      case .serve(let number, let request): serve(request, number, serving)
      case .listen(let number, let filter, let request): listen(filter, request, number, serving)
      case .rootsChanged(let notification):
        handler.rootsChanged(notification, as: serving.principal)
      case .unlisten(let number): listenings.removeValue(forKey: number)?.end()
      }
    }
    scheduleExpiry(serving)
  }

  private func serve(_ request: MCPRequest, _ number: UInt64, _ serving: Serving) {
    let call = Call(limits: limits)
    calls[number] = call
    call.task = loop.spawn { [self] in
      let response = await handler.handle(
        request, as: serving.principal, notifying: notifier(for: call))
      deliver(call)
      calls[number] = nil
      call.task = nil
      perform(serving.machine.answer(number, response, now: loop.now), serving)
      pauseOrResume(serving)
      finishIfDone()
    }
  }

  private func listen(
    _ filter: SubscriptionFilter, _ request: MCPRequest, _ number: UInt64, _ serving: Serving
  ) {
    spawn { [self] in
      let result = await handler.listen(for: filter, request: request, as: serving.principal) {
        [weak self, weak serving, loop] notification in
        loop.execute { self?.told(number, notification, serving) }
      }
      if case .success(let listening) = result { listenings[number] = listening }
      perform(serving.machine.listened(number, result.map(\.honoured)), serving)
    }
  }

  private func told(_ number: UInt64, _ notification: ServerNotification, _ serving: Serving?) {
    guard let serving else { return }
    let isBlocked = output.bufferedBytes > limits.maxNotificationBacklogBytes
    perform(serving.machine.told(number, notification, isBlocked: isBlocked), serving)
  }

  private func spawn(_ body: @escaping @Sendable () async -> Void) {
    tasksUnderWay += 1
    loop.spawn { [self] in
      await body()
      tasksUnderWay -= 1
      finishIfDone()
    }
  }

  /// Wakes the machine when a client had enough time for its answers.
  private func scheduleExpiry(_ serving: Serving) {
    let deadline = serving.machine.deadline
    guard deadline != questionDeadline else { return }
    questionDeadline = deadline
    questionTimer?.cancel()
    questionTimer = deadline.map { deadline in
      loop.schedule(at: deadline) { [weak self] in
        guard let self else { return }
        questionDeadline = nil
        perform(serving.machine.expire(now: loop.now), serving)
      }
    }
  }

  /// A client that does not read its answers is not read either.
  private func pauseOrResume(_ serving: Serving) {
    guard !hasEnded else { return }
    let isFull = output.bufferedBytes > limits.stdioHighWaterBytes
    if isFull, !isPaused {
      isPaused = true
      // Dropped rather than silenced: a hung-up descriptor would keep on reporting.
      reading?.cancel()
      reading = nil
    } else if !isFull, isPaused {
      isPaused = false
      if readsFile { readFile(serving) } else { read(serving) }
    }
  }

  private func outputDrained(_ serving: Serving) {
    if output.isBroken { end(serving) }
    perform(serving.machine.drained(), serving)
    pauseOrResume(serving)
    finishIfDone()
  }

  // MARK: notifications

  private func notifier(for call: Call) -> ClientNotifier {
    ClientNotifier { [weak self, loop] message in
      let isFirst = call.notifications.put(message)
      if loop.isCurrent {
        self?.deliver(call)
      } else if isFirst {
        loop.execute { self?.deliver(call) }
      }
    }
  }

  private func deliver(_ call: Call) {
    for message in call.notifications.takeAll() where call.task?.isCancelled == false {
      notify(message)
    }
  }

  private func notify(_ message: [UInt8]) {
    guard output.bufferedBytes <= limits.maxNotificationBacklogBytes else { return }
    output.send(OutgoingBytes(message))
  }

  // MARK: the end

  private func end(_ serving: Serving) {
    guard !hasEnded else { return }
    hasEnded = true
    perform(serving.machine.end(), serving)
    reading?.cancel()
    reading = nil
    if output.isBroken { calls.values.forEach { $0.task?.cancel() } }
    graceTimer = loop.schedule(after: grace) { [weak self] in
      guard let self else { return }
      calls.values.forEach { $0.task?.cancel() }
      ending?.resume()
      ending = nil
    }
    finishIfDone()
  }

  private func finishIfDone() {
    guard hasEnded, calls.isEmpty, tasksUnderWay == 0, output.bufferedBytes == 0 else { return }
    ending?.resume()
    ending = nil
  }
}
