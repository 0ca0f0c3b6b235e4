/// A value of one of Cedar's extension types.
public enum ExtensionValue: Hashable, Sendable {
  /// A fixed-point number in ten-thousandths.
  case decimal(DecimalValue)
  /// An IP address or range.
  case ipaddr(IPAddress)
  /// Milliseconds since 1970-01-01T00:00:00Z.
  case datetime(DatetimeValue)
  /// Milliseconds.
  case duration(DurationValue)

  /// The kind of this value.
  public var kind: ValueKind {
    switch self {
    case .decimal: .decimal
    case .ipaddr: .ipaddr
    case .datetime: .datetime
    case .duration: .duration
    }
  }
}

extension ExtensionValue: CustomStringConvertible {
  /// The value as a policy writes it, such as `decimal("1.5")`.
  public var description: String {
    switch self {
    case .decimal(let value): "decimal(\"\(value)\")"
    case .ipaddr(let value): "ip(\"\(value)\")"
    case .datetime(let value): "datetime(\"\(value)\")"
    case .duration(let value): "duration(\"\(value)\")"
    }
  }
}
