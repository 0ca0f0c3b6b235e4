public import Reactor

import Glibc

/// The stdio client face: serves one MCP client on a pair of descriptors, both eras.
/// Confined to its loop. The process must ignore `SIGPIPE`.
public final class StdioFace<Handler: RequestHandler>: @unchecked Sendable {
  // Confined to its loop.
  private let loop: EventLoop
  private let handler: Handler
  private let credential: Credential
  private let listChanges: ListChanges
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
  private var recordsUnderWay = 0
  private var ending: UnsafeContinuation<Void, Never>?
  private var graceTimer: LoopTimer?

  /// - Parameters:
  ///   - credential: who the client is: the user of this process, or a token from its environment.
  ///   - input, output: read and written, never closed.
  ///   - grace: how long calls may go on after the input ended.
  public init(
    loop: EventLoop, handler: Handler, credential: Credential, listChanges: ListChanges,
    input: Int32 = 0, output: Int32 = 1, limits: ClientFaceLimits = ClientFaceLimits(),
    grace: Duration = .seconds(10)
  ) {
    self.loop = loop
    self.handler = handler
    self.credential = credential
    self.listChanges = listChanges
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
      machine: StdioMachine(
        server: handler.describe(to: principal, at: .everything)
          ?? ServerDescription(name: Product.name, version: Product.version, instructions: nil),
        limits: limits),
      principal: principal)
    output.onDrained = { [weak self] in self?.outputDrained(box) }
    let follower = listChanges.follow(on: loop) { [weak self] in
      guard let self else { return }
      for message in box.machine.toolsListChanged() { self.notify(message) }
    }
    read(box)
    await withUnsafeContinuation { continuation in
      ending = continuation
      finishIfDone()
    }
    listChanges.unfollow(follower)
    graceTimer?.cancel()
    reading?.cancel()
    output.onDrained = nil
    output.close()
  }

  /// Takes no more input, as if the client had closed its end.
  public func stop() {
    loop.preconditionCurrent()
    end()
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
      end()
    }
    pauseOrResume(serving)
  }

  private func take(_ event: LineFramer.Event, _ serving: Serving) {
    for action in serving.machine.receive(event) {
      switch action {
      case .write(let message): output.send(message)
      case .cancel(let number): calls[number]?.task?.cancel()
      case .refused(let request):
        recordsUnderWay += 1
        loop.spawn { [self] in
          await handler.refused(request, principal: serving.principal)
          recordsUnderWay -= 1
          finishIfDone()
        }
      case .serve(let number, let id, let request):
        let call = Call(limits: limits)
        calls[number] = call
        call.task = loop.spawn { [self] in
          let response = await handler.handle(
            request, as: serving.principal, notifying: notifier(for: call))
          deliver(call)
          if let message = serving.machine.answer(id, number: number, response) {
            output.send(message)
          }
          calls[number] = nil
          call.task = nil
          pauseOrResume(serving)
          finishIfDone()
        }
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
    if output.isBroken { end() }
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
    output.send(message)
  }

  // MARK: the end

  private func end() {
    guard !hasEnded else { return }
    hasEnded = true
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
    guard hasEnded, calls.isEmpty, recordsUnderWay == 0, output.bufferedBytes == 0 else { return }
    ending?.resume()
    ending = nil
  }
}
