import Testing

@testable import Cedar

@Suite("extension types")
struct ExtensionTests {
  @Test(
    "decimals have one to four digits after the point and compare",
    arguments: [
      ("decimal(\"1.5\") == decimal(\"1.5000\")", "true"),
      ("decimal(\"-0.1\").lessThan(decimal(\"0.0\"))", "true"),
      ("decimal(\"2.0\").lessThanOrEqual(decimal(\"2.0\"))", "true"),
      ("decimal(\"2.1\").greaterThan(decimal(\"2.0\"))", "true"),
      ("decimal(\"2.0\").greaterThanOrEqual(decimal(\"2.1\"))", "false"),
      ("decimal(\"-12.0340\")", "decimal(\"-12.034\")"),
      ("decimal(\"922337203685477.5807\")", "decimal(\"922337203685477.5807\")"),
      ("decimal(\"-922337203685477.5808\")", "decimal(\"-922337203685477.5808\")"),
      (
        "decimal(\"922337203685477.5808\")",
        "failure: \"922337203685477.5808\" is not a valid argument of `decimal`"
      ),
      ("decimal(\"1\")", "failure: \"1\" is not a valid argument of `decimal`"),
      ("decimal(\"1.23456\")", "failure: \"1.23456\" is not a valid argument of `decimal`"),
      (
        "decimal(\"1.5\") < decimal(\"1.6\")",
        "failure: expected a long, a datetime or a duration, found a decimal"
      ),
      ("decimal(context.s)", "failure: \"text\" is not a valid argument of `decimal`"),
      ("decimal(1)", "failure: expected a string, found a long"),
      ("decimal(\"1.0\").lessThan(1)", "failure: expected a decimal, found a long"),
      ("\"1.0\".lessThan(decimal(\"1.0\"))", "failure: expected a decimal, found a string"),
      ("decimal()", "failure: `decimal` takes 1 argument, found 0"),
    ])
  func decimals(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "addresses of both families and their ranges",
    arguments: [
      ("ip(\"10.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))", "true"),
      ("ip(\"11.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))", "false"),
      ("ip(\"10.0.0.0/8\").isInRange(ip(\"10.0.0.0/16\"))", "false"),
      ("ip(\"::1\").isInRange(ip(\"0.0.0.0/0\"))", "false"),
      ("ip(\"2001:db8::5\").isInRange(ip(\"2001:db8::/32\"))", "true"),
      ("ip(\"127.0.0.1\").isLoopback()", "true"), ("ip(\"::1\").isLoopback()", "true"),
      ("ip(\"::2\").isLoopback()", "false"), ("ip(\"224.0.0.1\").isMulticast()", "true"),
      ("ip(\"ff02::1\").isMulticast()", "true"), ("ip(\"1.2.3.4\").isIpv4()", "true"),
      ("ip(\"1::\").isIpv6()", "true"), ("ip(\"1::\") == ip(\"1:0:0:0:0:0:0:0\")", "true"),
      ("ip(\"10.0.0.1/32\") == ip(\"10.0.0.1\")", "true"),
      ("ip(\"01.2.3.4\")", "failure: \"01.2.3.4\" is not a valid argument of `ip`"),
      ("ip(\"1.2.3\")", "failure: \"1.2.3\" is not a valid argument of `ip`"),
      ("ip(\"1.2.3.4/33\")", "failure: \"1.2.3.4/33\" is not a valid argument of `ip`"),
      ("ip(\"1:2\")", "failure: \"1:2\" is not a valid argument of `ip`"),
      ("ip(\"1::2::3\")", "failure: \"1::2::3\" is not a valid argument of `ip`"),
      ("ip(\":1\")", "failure: \":1\" is not a valid argument of `ip`"),
      ("ip(\"::ffff:1.2.3.4\")", "failure: \"::ffff:1.2.3.4\" is not a valid argument of `ip`"),
      ("ip(\"\")", "failure: \"\" is not a valid argument of `ip`"),
    ])
  func addresses(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test(
    "moments and spans of time",
    arguments: [
      ("datetime(\"2024-02-29\") < datetime(\"2024-03-01\")", "true"),
      ("datetime(\"2024-01-01T00:00:00Z\") == datetime(\"2024-01-01\")", "true"),
      ("datetime(\"2024-01-01T01:00:00+0100\") == datetime(\"2024-01-01\")", "true"),
      ("datetime(\"2024-01-01T00:00:00.250Z\").toTime()", "duration(\"250ms\")"),
      ("datetime(\"1969-12-31T23:59:59Z\").toDate()", "datetime(\"1969-12-31T00:00:00.000Z\")"),
      ("datetime(\"1969-12-31T23:00:00Z\").toTime()", "duration(\"23h\")"),
      (
        "datetime(\"2024-01-01\").offset(duration(\"1d\"))",
        "datetime(\"2024-01-02T00:00:00.000Z\")"
      ),
      ("datetime(\"2024-01-02\").durationSince(datetime(\"2024-01-01\"))", "duration(\"1d\")"),
      ("duration(\"1d2h3m4s5ms\").toMilliseconds()", "93784005"),
      ("duration(\"-90s\").toMinutes()", "-1"), ("duration(\"36h\").toDays()", "1"),
      ("duration(\"3600s\").toHours()", "1"), ("duration(\"1500ms\").toSeconds()", "1"),
      ("duration(\"1h\") <= duration(\"60m\")", "true"),
      ("duration(\"5ms\") > duration(\"5m\")", "false"),
      ("duration(\"1h\") < 1", "failure: expected a duration, found a long"),
      ("datetime(\"2023-02-29\")", "failure: \"2023-02-29\" is not a valid argument of `datetime`"),
      (
        "datetime(\"2024-01-01T24:00:00Z\")",
        "failure: \"2024-01-01T24:00:00Z\" is not a valid argument of `datetime`"
      ),
      ("duration(\"\")", "failure: \"\" is not a valid argument of `duration`"),
      ("duration(\"1s1h\")", "failure: \"1s1h\" is not a valid argument of `duration`"),
      ("duration(\"1ms1m\")", "failure: \"1ms1m\" is not a valid argument of `duration`"),
      ("duration(\"-\")", "failure: \"-\" is not a valid argument of `duration`"),
      (
        "datetime(\"2024-01-01\").offset(duration(\"9223372036854775807ms\"))",
        "failure: the result of `offset` does not fit in 64 bits"
      ),
      (
        "datetime(\"1969-12-31T23:59:59Z\").offset(duration(\"-9223372036854774808ms\")).toDate()",
        "failure: the result of `toDate` does not fit in 64 bits"
      ),
      ("duration(\"-9223372036854775808ms\").toMilliseconds()", "-9223372036854775808"),
    ])
  func time(expression: String, expected: String) throws {
    #expect(try evaluate(expression).description == expected)
  }

  @Test("every day from 1600 to 2400 is written as it was read")
  func calendar() throws {
    for day in stride(from: -135_140, through: 157_054, by: 97) {
      let moment = DatetimeValue(milliseconds: Int64(day) * DatetimeValue.millisecondsPerDay)
      #expect(DatetimeValue(moment.description) == moment)
    }
    #expect(DatetimeValue(milliseconds: .min).description.hasSuffix("Z"))
  }
}
