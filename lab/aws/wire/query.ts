import type { Protocol } from './protocol';
import { readQueryInput, type QueryDialect } from './query-input';
import { element, escapeXml, writeMembers } from './xml-output';

const XML_HEADERS = { 'content-type': 'text/xml;charset=UTF-8' };

/** The Query protocol of RDS and STS: form in, XML out, the result nested in `<Action>Result`. */
export function queryProtocol(xmlNamespace: string): Protocol {
  return {
    ...requests('query'),
    write(output, operation, requestId) {
      const result = element(`${operation.name}Result`, writeMembers(operation.output, output));
      const metadata = element('ResponseMetadata', element('RequestId', requestId));
      const body = `<${operation.name}Response xmlns="${xmlNamespace}">${result}${metadata}</${operation.name}Response>`;
      return { status: 200, headers: { ...XML_HEADERS, 'x-amzn-requestid': requestId }, body };
    },
    writeError(error, requestId) {
      const type = element('Type', error.status >= 500 ? 'Receiver' : 'Sender');
      const code = element('Code', error.code) + element('Message', escapeXml(error.message));
      const body = `<ErrorResponse xmlns="${xmlNamespace}">${element('Error', type + code)}${element('RequestId', requestId)}</ErrorResponse>`;
      return { status: error.status, headers: { ...XML_HEADERS, 'x-amzn-requestid': requestId }, body };
    },
  };
}

/** EC2's own dialect: flat lists, lower-case names, the result not nested, errors in a `Response`. */
export function ec2Protocol(xmlNamespace: string): Protocol {
  return {
    ...requests('ec2'),
    write(output, operation, requestId) {
      const members = element('requestId', requestId) + writeMembers(operation.output, output);
      const body = `<${operation.name}Response xmlns="${xmlNamespace}">${members}</${operation.name}Response>`;
      return { status: 200, headers: XML_HEADERS, body };
    },
    writeError(error, requestId) {
      const details = element('Code', error.code) + element('Message', escapeXml(error.message));
      const errors = element('Errors', element('Error', details));
      return {
        status: error.status,
        headers: XML_HEADERS,
        body: element('Response', errors + element('RequestID', requestId)),
      };
    },
  };
}

function requests(dialect: QueryDialect): Pick<Protocol, 'operationOf' | 'read'> {
  return {
    operationOf: (request) =>
      new URLSearchParams(request.body).get('Action') ?? request.query.get('Action') ?? undefined,
    read(request, operation) {
      const parameters = new URLSearchParams(request.body === '' ? request.query : request.body);
      return readQueryInput(parameters, operation.input, dialect);
    },
  };
}
