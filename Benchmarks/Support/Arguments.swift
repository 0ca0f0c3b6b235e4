/// A command line that the benchmark program does not understand.
public struct UsageError: Error, CustomStringConvertible {
  /// What is wrong, for people.
  public let description: String

  /// An error that says `description`.
  public init(_ description: String) { self.description = description }
}

/// The options of a command line, `--name value` or `--name`.
public struct Arguments {
  private var rest: ArraySlice<String>

  /// The options after the name of the program.
  public init(_ arguments: [String]) { rest = arguments.dropFirst() }

  /// The name of the next option, or nil at the end.
  public mutating func nextOption() throws(UsageError) -> String? {
    guard let option = rest.popFirst() else { return nil }
    guard option.hasPrefix("--") else { throw UsageError("unexpected argument «\(option)»") }
    return option
  }

  /// The value of `option`.
  public mutating func value(of option: String) throws(UsageError) -> String {
    guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
    return value
  }

  /// The value of `option` as an integer within `range`.
  public mutating func integer(
    of option: String, in range: ClosedRange<Int>
  ) throws(UsageError) -> Int {
    let text = try value(of: option)
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "\(option) must be from \(range.lowerBound) to \(range.upperBound), not «\(text)»")
    }
    return number
  }

  /// The value of `option` as a number of seconds of zero or more.
  public mutating func seconds(of option: String) throws(UsageError) -> Double {
    let text = try value(of: option)
    guard let number = Double(text), number >= 0, number <= 86_400 else {
      throw UsageError("\(option) must be a number of seconds up to 86400, not «\(text)»")
    }
    return number
  }
}
