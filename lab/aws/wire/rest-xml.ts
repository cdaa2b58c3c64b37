import type { OperationShapes } from './schema';
import { scalarFromText } from './schema';
import type { Protocol, WireRequest } from './protocol';
import { parseXmlDocument, type XmlElement } from './xml-document';
import { readElement } from './xml-input';
import { element, escapeXml, writeMembers } from './xml-output';
import { AwsError } from '../aws-error';

const XML_HEADERS = { 'content-type': 'text/xml' };

/** Route 53's protocol: the path and the query string carry part of the input, an XML body the rest. */
export function restXmlProtocol(xmlNamespace: string): Protocol {
  return {
    operationOf: (request, operations) =>
      operations.find((operation) => labelsOf(request, operation) !== undefined)?.name,
    read: readRequest,
    write(output, operation, requestId) {
      const root = `${operation.output.getName() ?? operation.name}`;
      const body = `<?xml version="1.0"?>\n<${root} xmlns="${xmlNamespace}">${writeMembers(operation.output, output)}</${root}>`;
      return { status: operation.http?.[2] ?? 200, headers: { ...XML_HEADERS, 'x-amzn-requestid': requestId }, body };
    },
    writeError(error, requestId) {
      const headers = { ...XML_HEADERS, 'x-amzn-requestid': requestId };
      const details =
        element('Type', 'Sender') + element('Code', error.code) + element('Message', escapeXml(error.message));
      const body = `<ErrorResponse xmlns="${xmlNamespace}">${element('Error', details)}${element('RequestId', requestId)}</ErrorResponse>`;
      return { status: error.status, headers, body };
    },
  };
}

/** Values of the path's labels when the request is this operation's, else undefined. */
function labelsOf(request: WireRequest, operation: OperationShapes): Record<string, string> | undefined {
  if (operation.http === undefined || operation.http[0] !== request.method) return undefined;
  const template = segmentsOf(operation.http[1]);
  const actual = segmentsOf(request.path);
  if (template.length !== actual.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, segment] of template.entries()) {
    const value = decodeURIComponent(actual[index] ?? '');
    if (segment.startsWith('{')) labels[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return labels;
}

function segmentsOf(path: string): string[] {
  return (
    path
      .split('?')[0]
      ?.split('/')
      .filter((segment) => segment !== '') ?? []
  );
}

function readRequest(request: WireRequest, operation: OperationShapes): Record<string, unknown> {
  const input: Record<string, unknown> = { ...labelsOf(request, operation) };
  for (const [member, shape] of operation.input.structIterator()) {
    const parameter = shape.getMergedTraits().httpQuery;
    const value = parameter === undefined ? null : request.query.get(parameter);
    if (value !== null) input[member] = scalarFromText(shape, value);
  }
  if (request.body.trim() !== '') Object.assign(input, readElement(parseBody(request.body), operation.input));
  return input;
}

function parseBody(body: string): XmlElement {
  try {
    return parseXmlDocument(body);
  } catch (error) {
    throw new AwsError('InvalidInput', `The XML you provided is not well-formed: ${String(error)}`);
  }
}
