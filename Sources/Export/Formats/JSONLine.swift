/// A record as one line of JSON: `seq`, then the members as they are stored.
enum JSONLine {
  static func encode(_ record: ExportedRecord) -> [UInt8] {
    var line = Array("{\"seq\":\(record.sequence)".utf8)
    let rest = record.line.dropFirst()
    if rest.first != UInt8(ascii: "}") { line.append(UInt8(ascii: ",")) }
    return line + rest
  }
}
