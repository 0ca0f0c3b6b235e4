import Crypto
import Testing

@testable import Export

@Suite struct JSONLineTests {
  @Test func `a line is the stored record with its sequence in front`() throws {
    for json in Records.all where json != Records.empty {
      let line = try RecordEncoding.text(.jsonl, json, sequence: 18_446_744_073_709_551_615)
      #expect(line == #"{"seq":18446744073709551615,"# + json.dropFirst())
    }
    #expect(try RecordEncoding.text(.jsonl, Records.empty) == #"{"seq":7}"#)
  }

  @Test func `a record that is stored in several lines becomes one`() throws {
    let line = try RecordEncoding.text(
      .jsonl, "{\"arguments\":{\n\"a\":\r\n1},\"kind\":\"decision\"}")
    #expect(line == #"{"seq":7,"arguments":{ "a":  1},"kind":"decision"}"#)
  }

  @Test func `the leaf hash is that of a zero byte and the record`() throws {
    // printf '\0{}' | sha256sum
    #expect(
      try Records.record("{}").leafHash.hex
        == "28a3a18f6cd6406b086e9ffda1f9b8a13dbcf44b0f3f32cb9031a11fd053acf9")
  }
}
