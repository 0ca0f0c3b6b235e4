/// What a run measured.
struct LoadReport {
  var histogram = Histogram()
  /// The seconds in which the calls of the histogram were made.
  var seconds = 0.0
  /// All calls, those of the warm-up and those that failed included.
  var allCalls = 0
  var reconnects = 0
  var streams = 0
  private(set) var errors = 0
  private var complaints: [(text: String, count: Int)] = []
  private static let complaintsMax = 8

  mutating func fail(_ complaint: String) {
    errors += 1
    if let index = complaints.firstIndex(where: { $0.text == complaint }) {
      complaints[index].count += 1
    } else if complaints.count < LoadReport.complaintsMax {
      complaints.append((complaint, 1))
    }
  }

  var rate: Double { seconds > 0 ? Double(histogram.total) / seconds : 0 }

  /// For people.
  func text(_ options: LoadOptions) -> String {
    var lines = [
      "\(histogram.total) calls of \(options.bytes) bytes over \(options.connections) connections "
        + "in \(rounded(seconds, 2)) s: \(rounded(rate, 0)) calls/s",
      "p50 \(rounded(histogram.microseconds(at: 0.5), 1)) µs, "
        + "p99 \(rounded(histogram.microseconds(at: 0.99), 1)) µs, "
        + "p99.9 \(rounded(histogram.microseconds(at: 0.999), 1)) µs, "
        + "longest \(rounded(Double(histogram.longest) / 1_000, 1)) µs",
      "\(errors) errors, \(reconnects) reconnects",
    ]
    if options.openStreams != nil { lines = ["\(streams) open streams, \(errors) errors"] }
    lines += complaints.map { "\($0.count) × \($0.text)" }
    return lines.joined(separator: "\n")
  }

  /// For the runner: one JSON object on one line.
  var json: String {
    let listed = complaints.map { "\"\($0.count) × \(escaped($0.text))\"" }
      .joined(separator: ",")
    return #"{"calls":\#(histogram.total),"all_calls":\#(allCalls),"#
      + #""seconds":\#(rounded(seconds, 3)),"rate":\#(rounded(rate, 1)),"#
      + #""p50_us":\#(rounded(histogram.microseconds(at: 0.5), 1)),"#
      + #""p99_us":\#(rounded(histogram.microseconds(at: 0.99), 1)),"#
      + #""p999_us":\#(rounded(histogram.microseconds(at: 0.999), 1)),"#
      + #""max_us":\#(rounded(Double(histogram.longest) / 1_000, 1)),"#
      + #""mean_us":\#(rounded(histogram.meanMicroseconds, 1)),"#
      + #""errors":\#(errors),"reconnects":\#(reconnects),"streams":\#(streams),"#
      + #""complaints":[\#(listed)]}"#
  }

  private func rounded(_ number: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let value = (number * scale).rounded() / scale
    return digits == 0 ? "\(Int(value))" : "\(value)"
  }

  private func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": escaped += "\\\(scalar)"
      case _ where scalar.value < 0x20: escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
