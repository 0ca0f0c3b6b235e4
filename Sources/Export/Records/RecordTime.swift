internal import Logging

/// The time of a record, within the years that RFC 3339 can write.
struct RecordTime: Equatable {
  let microseconds: Int64

  /// Nil before 1970 and after 9999.
  init?(microseconds: Int64) {
    guard (0..<253_402_300_800_000_000).contains(microseconds) else { return nil }
    self.microseconds = microseconds
  }

  var milliseconds: Int64 { microseconds / 1000 }

  /// With six digits of a second, for example `2026-11-21T01:02:03.456789Z`.
  var rfc3339: String {
    let rest = String(microseconds % 1000)
    let digits = String(repeating: "0", count: 3 - rest.utf8.count) + rest
    return UTCTimestamp(milliseconds: milliseconds).description.dropLast() + digits + "Z"
  }
}
