import Glibc

/// Writes structured lines to standard error. Cheap when the level is off: nothing is built.
public struct Logger: Sendable {
  /// The part that speaks, for example `upstream`.
  public let component: String
  /// The least severe level that is written.
  public let minimum: LogLevel
  /// How a line is spelled.
  public let format: LogFormat

  /// A logger for one part.
  public init(component: String, minimum: LogLevel, format: LogFormat) {
    self.component = component
    self.minimum = minimum
    self.format = format
  }

  /// The same sink under another component's name.
  public func named(_ component: String) -> Logger {
    Logger(component: component, minimum: minimum, format: format)
  }

  /// Writes one line, in one `write`, if `level` is on. Any thread.
  public func log(
    _ level: LogLevel, _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> [(key: StaticString, value: String)] = []
  ) {
    guard level >= minimum else { return }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let line = LogLine(
      level: level, component: component, message: message(), fields: fields()
    ).rendered(as: format, at: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
    // A log that cannot be written must not stop the gate: the ledger is the record.
    _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
  }

  /// Someone must act.
  public func error(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> [(key: StaticString, value: String)] = []
  ) { log(.error, message(), fields()) }

  /// Something may need attention.
  public func warning(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> [(key: StaticString, value: String)] = []
  ) { log(.warning, message(), fields()) }

  /// Lifecycle.
  public func info(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> [(key: StaticString, value: String)] = []
  ) { log(.info, message(), fields()) }

  /// What a developer of the gateway needs.
  public func debug(
    _ message: @autoclosure () -> String,
    _ fields: @autoclosure () -> [(key: StaticString, value: String)] = []
  ) { log(.debug, message(), fields()) }
}
