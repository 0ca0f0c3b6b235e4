internal import Crypto
internal import Ledger
public import Reactor

/// One export: reads the ledger, and does what ``Delivery`` says. Confined to a loop, which it
/// blocks while it reads files.
public final class ExportRun {
  private let plan: ExportPlan
  private let loop: EventLoop
  private var delivery: Delivery
  private let tell: (_ reason: String, _ wait: Duration) -> Void
  private let connect: (ExportPosition?) throws(ExportError) -> any ExportDestination

  /// - Parameters:
  ///   - tell: called before each wait for another try.
  ///   - connect: makes the destination, given the position from which the export goes on.
  public init(
    _ plan: ExportPlan, delivery: Delivery, loop: EventLoop,
    tell: @escaping (_ reason: String, _ wait: Duration) -> Void,
    connect: @escaping (ExportPosition?) throws(ExportError) -> any ExportDestination
  ) {
    self.plan = plan
    self.delivery = delivery
    self.loop = loop
    self.tell = tell
    self.connect = connect
  }

  /// Runs to the end, or until the task is cancelled.
  public func run() async -> ExportResult {
    let ending: ExportResult.Ending
    do {
      ending = try await export()
    } catch is CancellationError {
      ending = .interrupted
    } catch {
      ending = .failed("\(error)")
    }
    return ExportResult(ending: ending, progress: delivery.progress)
  }

  private func export() async throws -> ExportResult.Ending {
    let position = try plan.positionFile?.load()
    while true {
      if let head = try LedgerHead.look(at: plan.directory) {
        let start = try ExportStart(plan, head: head, position: position)
        return try await deliver(from: start, to: try connect(position))
      }
      if let position { throw ExportError.beyondEnd(sequence: position.sequence) }
      guard plan.isFollowing else { return .finished }
      try await loop.sleep(for: Delivery.lookEvery)
    }
  }

  private func deliver(
    from start: ExportStart, to destination: any ExportDestination
  ) async throws -> ExportResult.Ending {
    let origin = ExportOrigin(
      ledger: start.ledger, version: plan.version, host: plan.host, source: plan.source)
    var reader = try LedgerReader(
      directory: plan.directory, from: start.next, matching: plan.filter)
    var damage: LedgerError?
    var event = Delivery.Event.begin
    while true {
      let jitter = Double(SecureRandom.uint64() >> 11) * 0x1p-53
      switch delivery.handle(event, now: .read(), jitter: jitter) {
      case .read:
        if let damage { throw damage }
        do throws(LedgerError) {
          event =
            try reader.next().map { .record(item(of: ExportedRecord($0), from: origin)) } ?? .end
        } catch {
          // What stands before the damage is still delivered.
          damage = error
          event = .end
        }
      case .send(let batch):
        try Task.checkCancellation()
        do throws(DeliveryFailure) {
          try await destination.deliver(batch)
          event = .accepted
        } catch {
          event = .failed(error)
        }
      case .save(let item):
        try save(item, ledger: start.ledger, outputBytes: destination.outputBytes)
        event = .saved
        // A tick of the loop: neither files nor sockets here leave it one, and signals need it.
        try await loop.sleep(for: .zero)
      case .wait(let duration):
        if let damage, event == .end { throw damage }
        if case .failed(let failure) = event { tell(failure.reason, duration) }
        try await loop.sleep(for: duration)
        event = .woke
      case .finish:
        if let damage { throw damage }
        return .finished
      case .stop(let reason):
        return .failed(reason)
      }
    }
  }

  private func item(of record: ExportedRecord, from origin: ExportOrigin) -> ExportItem {
    let form = plan.format.encode(record, of: origin)
    return ExportItem(
      record,
      bytes: plan.isSyslog ? SyslogMessage.encode(record, of: origin, text: form) : form)
  }

  private func save(
    _ item: ExportItem, ledger: String, outputBytes: Int?
  ) throws(ExportError) {
    try plan.positionFile?.save(
      ExportPosition(
        ledger: ledger, format: plan.format.rawValue, destination: plan.destination,
        sequence: item.sequence, leafHash: item.leafHash, outputBytes: outputBytes))
  }
}
